/** Confirmed writes and the forecasts of them, made in one way by all providers. */
import type { HttpAnswer } from './http.js';
import type { Done, Prediction } from './operation.js';
import type { TargetView } from './target.js';

/** A write that an answer confirms. */
export function doneBy(
  answer: HttpAnswer,
  details: Partial<Pick<Done, 'outcome' | 'wasSo' | 'message' | 'url' | 'completedAtMs'>> = {},
): Done {
  return {
    outcome: 'done',
    httpStatus: answer.carrierStatus ?? answer.status,
    requestId: answer.requestId,
    message: null,
    url: null,
    createdId: null,
    ...details,
  };
}

/** What a delete does to a target, as a plan shows it. */
export function predictRemoval(
  target: TargetView,
  besides: ReadonlyArray<{ field: string; before: string }> = [],
): Prediction {
  const removed = [{ field: 'task', before: target.title }, ...besides];
  return { kind: 'will-do', changes: removed.map((change) => ({ ...change, after: null })) };
}

/** A change of status, as a plan shows it. */
export function predictStatus(target: TargetView, after: string): Prediction {
  return { kind: 'will-do', changes: [{ field: 'status', before: target.status, after }] };
}
