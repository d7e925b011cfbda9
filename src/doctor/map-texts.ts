import type { Diagnosis } from './diagnose.js';

/** The same findings with every text changed, as for taking secrets out. */
export function mapTexts(diagnosis: Diagnosis, change: (text: string) => string): Diagnosis {
  return {
    ...diagnosis,
    groups: diagnosis.groups.map((group) => ({
      ...group,
      checks: group.checks.map((check) => ({
        ...check,
        message: change(check.message),
        fix: check.fix === null ? null : change(check.fix),
        details: check.details.map(change),
      })),
    })),
  };
}
