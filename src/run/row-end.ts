/** How the work on one row ended, and the results that are stored for it. */
import { type Failure, localFailure } from '../failure.js';
import type { Change, Done } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import type { RowResult } from '../state/row-writes.js';
import type { RowEvent, RowOutcome } from '../state/status.js';

/** Why the whole run can't go on. */
export interface StopCause {
  /** `outage`: the service was in trouble for too long. `wait`: it asked for too long a wait. */
  readonly reason: 'credentials' | 'wait' | 'outage' | 'breaker' | 'guard';
  readonly message: string;
  /** The row that shows why; left out where none does. */
  readonly row?: number;
}

/** The service refuses the credential: no row's fault, and of no use to any other row. */
export function credentialCause({ message }: Pick<Failure, 'message'>): StopCause {
  return { reason: 'credentials', message };
}

/** A signal, or a person in another terminal. */
export interface StoppedBy {
  /** For people, as a sentence. */
  readonly message: string;
  readonly exitCode: number;
}

export type RowEnd =
  /** The row has its state. */
  | { readonly kind: 'ended'; readonly event: RowEvent; readonly result: RowResult; readonly failure: Failure | null }
  /** Nothing happened to it; it stays to do. `stop` when the reason concerns the whole run. */
  | { readonly kind: 'returned'; readonly stop: StopCause | null }
  /** It may have happened, and the run ends before that could be read: the next sitting reads it. */
  | { readonly kind: 'in-doubt'; readonly stop: StopCause | null };

const blank: Omit<RowResult, 'to' | 'requests' | 'finishedAtMs'> = {
  outcome: null,
  message: null,
  failure: null,
  httpStatus: null,
  requestId: null,
  url: null,
  createdId: null,
  completedAtMs: null,
};

export function doneResult(done: Done, outcome: RowOutcome, finishedAtMs: number, requests: number): RowResult {
  return {
    to: 'succeeded',
    outcome,
    message: done.message,
    failure: null,
    httpStatus: done.httpStatus,
    requestId: done.requestId,
    url: done.url,
    createdId: done.createdId,
    completedAtMs: done.completedAtMs ?? null,
    finishedAtMs,
    requests,
  };
}

export function succeededResult(
  outcome: RowOutcome,
  message: string,
  finishedAtMs: number,
  requests: number,
  createdId: string | null = null,
): RowResult {
  return { ...blank, to: 'succeeded', outcome, message, createdId, finishedAtMs, requests };
}

/** @param createdId of a thing that is there all the same; the row is then never sent again. */
export function failedResult(
  failure: Failure,
  finishedAtMs: number,
  requests: number,
  createdId: string | null = null,
): RowResult {
  return { ...blank, to: 'failed', failure, createdId, finishedAtMs, requests };
}

export function blockedResult(failure: Failure, finishedAtMs: number, requests: number): RowResult {
  return { ...blank, to: 'blocked', failure, finishedAtMs, requests };
}

export function skippedResult(message: string, finishedAtMs: number, requests: number): RowResult {
  return { ...blank, to: 'skipped', message, finishedAtMs, requests };
}

export function unknownResult(
  evidence: string,
  cause: Failure | null,
  finishedAtMs: number,
  requests: number,
): RowResult {
  const failure: Failure = {
    ...localFailure(
      'UNKNOWN',
      'UNSETTLED',
      `It may or may not have happened. ${evidence}${cause === null ? '' : ` It began with: ${cause.message}`}`,
      'Look at the target in the service, and do what is still missing by hand.',
    ),
    httpStatus: cause?.httpStatus ?? null,
    requestId: cause?.requestId ?? null,
  };
  return { ...blank, to: 'unknown', failure, finishedAtMs, requests };
}

/** Back to the rows that are to do. */
export function returnedResult(requests: number): RowResult {
  return { ...blank, to: 'pending', finishedAtMs: null, requests };
}

/** Differences that are told in full. */
const changesShown = 5;

/** A target that is not as it was when the plan was made. */
export function changedFailure(changes: readonly Change[]): Failure {
  const shown = changes.slice(0, changesShown);
  const list = shown.map(({ field, before, after }) => `${field} was ${show(before)}, is ${show(after)}`);
  const more = changes.length - shown.length;
  if (more > 0) list.push(`and ${more} more`);
  return localFailure(
    'GUARD',
    'TARGET_CHANGED',
    `The target changed since it was read for the plan: ${list.join('; ')}.`,
    'Look at the target; plan again to act on it as it is now.',
  );
}

/** What would go along and was there when the plan was made, which did not tell of it. */
export function unseenFailure(target: TargetView, parts: readonly TargetView[]): Failure {
  const elsewhere = parts.filter(({ placeId }) => placeId !== target.placeId);
  const where = elsewhere.length === parts.length ? ' in another list' : '';
  const names = parts.slice(0, 3).map(({ id, title, place }) => `"${title}" (${id}) in ${place ?? '?'}`);
  const more = parts.length > names.length ? ` and ${parts.length - names.length} more` : '';
  const [what, were] = parts.length === 1 ? ['a subtask', 'it was'] : ['subtasks', 'they were'];
  return localFailure(
    'GUARD',
    'PART_UNSEEN',
    `It has ${what}${where} that would go with it, which the plan did not see, though ${were} there: ${names.join(', ')}${more}.`,
    'Look at it; if it may go too, plan again with --look each, which reads each target by itself.',
  );
}

/** A row whose target would take along that of a row which is not wanted, or did not come true. */
export function keptPartFailure(part: {
  readonly number: number;
  readonly line: number;
  readonly state: string;
  readonly message: string | null;
}): Failure {
  const { number, line, state, message } = part;
  return localFailure(
    'CONFLICT',
    'PART_KEPT',
    `It takes along the target of row ${number} (line ${line}), which is ${state}${message === null ? '.' : `: ${message}`}`,
    'Look at both targets. If both may go, mend that row or remove it from the manifest, and plan again.',
  );
}

function show(value: string | null): string {
  return value === null ? 'empty' : JSON.stringify(value);
}
