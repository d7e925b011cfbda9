/** What the end of one row means for another that waits for it. Pure. */
import { type Failure, localFailure } from '../failure.js';
import type { Dependency } from '../state/row-links.js';
import { isFinal } from '../state/status.js';

/** The code of rows that are blocked because of another. */
export const dependencyCode = 'DEPENDENCY';

/** Whether the row has come to its end. */
export function hasEnded({ state }: Pick<Dependency, 'state'>): boolean {
  return isFinal(state);
}

/**
 * Why a row can't go on because of one that it waits for and that has ended; null when it can. A row that was so
 * already is as good as done.
 */
export function dependencyFailure(dependency: Dependency): Failure | null {
  const { state, outcome, takesId, createdId, errorCode } = dependency;
  const done = state === 'succeeded' || (state === 'skipped' && outcome === 'already');
  if (!done) {
    // Told in turn, a long chain of rows would tell ever longer stories.
    const cause = errorCode === dependencyCode ? ', because it waits in vain itself.' : because(dependency.message);
    return refusal(dependency, `${endWords[state] ?? `is ${state}`}${cause}`);
  }
  if (takesId && createdId === null) {
    return refusal(dependency, 'succeeded, but the id of what it made is not known.');
  }
  return null;
}

/** The first of the rows waited for that forbids to go on; null when none does. */
export function firstFailure(dependencies: readonly Dependency[]): Failure | null {
  for (const dependency of dependencies) {
    const failure = dependencyFailure(dependency);
    if (failure !== null) return failure;
  }
  return null;
}

/** A row that waits in vain, told by what the other one did. */
export function refusal({ number, line }: Pick<Dependency, 'number' | 'line'>, words: string): Failure {
  return localFailure(
    'GUARD',
    dependencyCode,
    `Row ${number} (line ${line}), which it waits for, ${words}`,
    'See to that row first; then try both again: taskbatch retry',
  );
}

const endWords: Readonly<Partial<Record<Dependency['state'], string>>> = {
  failed: 'failed',
  blocked: 'is blocked',
  invalid: 'is invalid',
  skipped: 'is skipped',
  unknown: 'may or may not have happened',
};

function because(message: string | null): string {
  return message === null ? '.' : `: ${/[.!?…]$/.test(message) ? message : `${message}.`}`;
}
