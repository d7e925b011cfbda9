/** Changing nothing but a task's status, and judging whether it came to be. */
import { fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Writer } from '../http.js';
import type { Done } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { bitrix24Errors } from './errors.js';
import { viewTask } from './task-view.js';
import { taskPath } from './tasks.js';

export interface StatusChange {
  /** The status that is sent. */
  readonly status: number;
  /** In words, for messages: `completed`. */
  readonly name: string;
  readonly isDone: (target: TargetView) => boolean;
  /** What there is to say of a task that is done, or null. */
  readonly remark?: (target: TargetView) => string | null;
}

/**
 * `PATCH /v1/tasks/{id}` with a status alone, which Bitrix24 handles as the matching action, with that action's rights;
 * Vibecode has no routes of its own for them (documentation of 2026-05-05; code of Bitrix24's tasks module).
 */
export async function changeStatus(writer: Writer, taskId: string, change: StatusChange): Promise<Result<Done>> {
  const outcome = await writer.write({ method: 'PATCH', path: taskPath(taskId), body: { status: change.status } });
  const result = expectSuccess(outcome, 'write', bitrix24Errors);
  return result.ok ? judgeChange(result.value, change) : result;
}

/** The answer's body is documented for other entities only: without a status, its acceptance is all there is. */
function judgeChange(answer: HttpAnswer, change: StatusChange): Result<Done> {
  const refusal = refuseUnconfirmed(answer);
  if (refusal !== null) return fail(refusal);
  const task = viewTask(field(answer.json, 'data'));
  if (task === null || task.extra.statusCode === undefined) return succeed(doneBy(answer));
  if (change.isDone(task)) return succeed(doneBy(answer, { message: change.remark?.(task) ?? null }));
  return fail({
    ...unexpectedAnswer(answer, 'write', 'Bitrix24', `the task has the status ${task.status}, not ${change.name}`),
    code: 'NOT_APPLIED',
    effect: 'none',
  });
}

/** The failure of an answer that does not say that it succeeded; null where it does. */
export function refuseUnconfirmed(answer: HttpAnswer) {
  if (field(answer.json, 'success') === true) return null;
  return unexpectedAnswer(answer, 'write', 'Bitrix24', 'it does not say that it succeeded');
}
