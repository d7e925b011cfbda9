import type { RunRecord } from '../run/run-record.js';
import { shellWord } from '../shell-word.js';

/** What to type to plan the same manifest by the same job again. */
export function planCommand({
  manifest,
  settings,
}: Pick<RunRecord, 'manifest'> & { readonly settings: { readonly job: string | null } }): string {
  const job = settings.job === null ? '' : ` --job ${shellWord(settings.job)}`;
  return `taskbatch plan ${shellWord(manifest.name)}${job}`;
}
