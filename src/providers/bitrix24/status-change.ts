/** Changing nothing but a task's status, and judging whether it came to be. */
import { fail, type Result, succeed } from '../../failure.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Writer } from '../http.js';
import type { Done } from '../operation.js';
import { unexpectedAnswer } from '../outcome.js';
import { completionMs } from '../settle.js';
import type { TargetView } from '../target.js';
import type { Dialect, WantedStatus } from './dialect.js';
import { viewTask } from './task-view.js';
import { writeConfirmed } from './write-confirmed.js';

export interface StatusChange {
  readonly status: WantedStatus;
  readonly isDone: (target: TargetView) => boolean;
  /** What there is to say of a task that is done, or null. */
  readonly remark?: (target: TargetView) => string | null;
  /** Whether the write changed nothing, though it was to; left out where a reading tells that before. */
  readonly isAsBefore?: (before: TargetView, now: TargetView) => boolean;
}

/** @param before the task as it was last read; null where it was not. */
export async function changeStatus(
  dialect: Dialect,
  writer: Writer,
  taskId: string,
  change: StatusChange,
  before: TargetView | null = null,
): Promise<Result<Done>> {
  const result = await writeConfirmed(dialect, writer, dialect.changeStatus(taskId, change.status));
  return result.ok ? judgeChange(result.value, dialect.taskIn(result.value), change, before) : result;
}

/** The answer's body is documented for other entities only: without a status, its acceptance is all there is. */
function judgeChange(
  answer: HttpAnswer,
  shown: unknown,
  change: StatusChange,
  before: TargetView | null,
): Result<Done> {
  const task = viewTask(shown);
  if (task === null || task.extra.statusCode === undefined) return succeed(doneBy(answer));
  if (change.isDone(task)) {
    if (before !== null && change.isAsBefore?.(before, task) === true) {
      const message = `It changed nothing: the task has the status ${task.status}, as before.`;
      return succeed(doneBy(answer, { outcome: 'already', wasSo: true, message }));
    }
    const completedAtMs = task.completed ? completionMs(task.extra.closedAt) : null;
    return succeed(doneBy(answer, { message: change.remark?.(task) ?? null, completedAtMs }));
  }
  return fail({
    ...unexpectedAnswer(answer, 'write', 'Bitrix24', `the task has the status ${task.status}, not ${change.status}`),
    code: 'NOT_APPLIED',
    effect: 'none',
  });
}
