/**
 * The states of rows and runs and the allowed changes between them: the one place that knows. State functions ask here
 * before they write, so a change that is not listed can't be stored.
 */

export const rowStates = [
  /** Refused by validation. */
  'invalid',
  /** Not wanted: a condition is false, a duplicate, deselected, or already so at planning. */
  'skipped',
  /** A guard refused it, or the target changed since the plan. */
  'blocked',
  /** To do. */
  'pending',
  /** Recorded durably before the request leaves. */
  'sending',
  /** Effect confirmed. */
  'succeeded',
  /** Refused for good, tries exhausted with proof of no effect, or the target was not found. */
  'failed',
  /** It may or may not have happened, and reading did not tell. */
  'unknown',
] as const;
export type RowState = (typeof rowStates)[number];

/** How a row succeeded: now, it was so before, or it was found done after doubt. */
export type RowOutcome = 'done' | 'already' | 'settled';

/** What causes a change of a row's state. */
export type RowEvent = 'refused' | 'planned-out' | 'checked' | 'send' | 'answered' | 'retry' | 'settle';

const rowTransitions: ReadonlyArray<readonly [from: RowState, event: RowEvent, to: readonly RowState[]]> = [
  // Comparing all rows found it to clash with an earlier one.
  ['pending', 'refused', ['invalid']],
  // Planning looked at the target: nothing to do, not there, or a guard refuses it. No write was sent.
  ['pending', 'planned-out', ['skipped', 'failed', 'blocked']],
  // Just before the write the target was read again: changed, gone, or already as wanted. No write was sent.
  ['pending', 'checked', ['blocked', 'failed', 'succeeded']],
  ['pending', 'send', ['sending']],
  ['sending', 'answered', ['succeeded', 'failed']],
  // Proof of no effect: to be sent again.
  ['sending', 'retry', ['pending']],
  ['sending', 'settle', ['succeeded', 'failed', 'pending', 'unknown']],
  ['unknown', 'settle', ['succeeded', 'failed', 'pending']],
];

/** Whether a row in `from` may go to `to` because of `event`. */
export function rowMayChange(from: RowState, event: RowEvent, to: RowState): boolean {
  return rowTransitions.some(([f, e, targets]) => f === from && e === event && targets.includes(to));
}

/** The states from which `event` may lead to `to`. */
export function rowOrigins(event: RowEvent, to: RowState): readonly RowState[] {
  return rowTransitions.filter(([, e, targets]) => e === event && targets.includes(to)).map(([from]) => from);
}

export const runStates = [
  /** Rows are being read, checked and their targets looked at. */
  'planning',
  /** The plan stands; nothing was written remotely. */
  'planned',
  /** Rows are being sent, or the process that sent them died. */
  'running',
  /** Every row has its final state. */
  'finished',
  /** A guard, the breaker, an outage or credentials ended it; can be resumed. */
  'stopped',
  /** A signal or a crash ended it; can be resumed. */
  'interrupted',
] as const;
export type RunState = (typeof runStates)[number];

const runTransitions: Readonly<Record<RunState, readonly RunState[]>> = {
  planning: ['planned', 'stopped', 'interrupted'],
  planned: ['running'],
  running: ['finished', 'stopped', 'interrupted'],
  stopped: ['planning', 'running'],
  interrupted: ['planning', 'running'],
  finished: [],
};

export function runMayChange(from: RunState, to: RunState): boolean {
  return runTransitions[from].includes(to);
}

/** Row states that nothing will change any more, short of a person or a settlement. */
export function isFinal(state: RowState): boolean {
  return state !== 'pending' && state !== 'sending';
}
