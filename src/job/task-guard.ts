/** The job's rules over the live task, as one question: may this task be acted on? */
import { type Failure, localFailure } from '../failure.js';
import type { FoundReading, TargetView } from '../providers/target.js';
import { compileTaskCondition, type Verdict } from './condition.js';

/** The code of a row whose task the job's `never` forbids; one such row stops the whole run. */
export const neverCode = 'NEVER';

/** Null when the task may be acted on. */
export type TaskGuard = (target: TargetView) => Failure | null;

export interface TaskRules {
  /** The job's name or path, for messages; null without one. */
  readonly job: string | null;
  readonly only: string | null;
  readonly never: string | null;
}

/**
 * @returns null where there are no such rules.
 * @throws {JobError} when a rule is no valid CEL.
 */
export function compileTaskGuard({ job, only, never }: TaskRules): TaskGuard | null {
  if (only === null && never === null) return null;
  const where = job ?? 'the job';
  const isWanted = only === null ? null : compileTaskCondition(only, `${where}, only`);
  const isForbidden = never === null ? null : compileTaskCondition(never, `${where}, never`);
  return (target) => {
    const places = inEachList(target);
    for (const place of places) {
      const forbidden = isForbidden?.(place) ?? { ok: true, value: false };
      if (!forbidden.ok || forbidden.value) return refusal(neverCode, 'never', place, forbidden);
    }
    for (const place of places) {
      const wanted = isWanted?.(place) ?? { ok: true, value: true };
      if (!wanted.ok || !wanted.value) return refusal('ONLY', 'only', place, wanted);
    }
    return null;
  };
}

/** A task that several lists show is changed in all of them: what a rule says of a list must hold in each. */
function inEachList(target: TargetView): TargetView[] {
  const lists = [...(target.list === null ? [] : [target.list]), ...target.otherLists];
  const others = (list: string) => lists.filter((other) => other !== list);
  return [target, ...target.otherLists.map((list) => ({ ...target, list, place: list, otherLists: others(list) }))];
}

/**
 * Why a target may not be acted on, by the rules.
 * @param reachesParts whether what is done to it is done to its parts: then the rules are asked about those too, as far as they are told.
 */
export function refuseReading(
  guard: TaskGuard | null,
  { target, parts = [] }: Pick<FoundReading, 'target' | 'parts'>,
  reachesParts: boolean,
): Failure | null {
  const own = guard?.(target) ?? null;
  if (own !== null || guard === null || !reachesParts) return own;
  for (const part of parts) {
    const failure = guard(part);
    if (failure === null) continue;
    const message = `${JSON.stringify(part.title)} (${part.id}), which is a part of it, would go with it: ${failure.message}`;
    return { ...failure, message };
  }
  return null;
}

function refusal(code: string, rule: string, target: TargetView, verdict: Verdict): Failure {
  const title = JSON.stringify(target.title);
  return localFailure(
    'GUARD',
    code,
    verdict.ok
      ? `The guard \`${rule}\` refuses the task ${title}.`
      : `The guard \`${rule}\` can't be judged for the task ${title}: ${verdict.message}.`,
    'Look at the task; change the guard in the job only if the task is really meant.',
  );
}
