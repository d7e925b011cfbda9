import { z } from 'zod';
import { type Failure, fail, type Result, succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import { doneBy, predictRemoval } from '../done.js';
import type { Reader } from '../http.js';
import type { Done } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { settleDelete } from '../settle.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { batchSize, type Dialect } from './dialect.js';
import { askOwner, mayNot } from './may-not.js';
import { lostByDelete, remakeTask } from './remake-task.js';
import { readTask, taskRef } from './tasks.js';

/**
 * `DELETE /v1/tasks/{id}`, 204 without a body (Vibecode's page on deleting a task), or `tasks.task.delete`. The API can't
 * take it back; the portal's recycle bin keeps the task for 30 days on commercial plans (Bitrix24 helpdesk, 25760543).
 */
export const deleteTask = defineOperation({
  name: 'delete',
  summary: "Deletes a task; only the portal's recycle bin can restore it, for 30 days.",
  risk: 'irreversible',
  repeat: 'safe',
  requestsPerRow: 1,
  rowsPerRequest: batchSize,
  inverse: null,
  undo: { needs: 'snapshot', lost: lostByDelete, take: remakeTask },
  sideEffects: [
    "Direct subtasks are kept: they move to the deleted task's parent, or become tasks of their own.",
    'Comments and time records can no longer be reached.',
    'Members are notified, and webhooks and robots run.',
  ],
  notices: { people: 'yes', automations: 'yes' },
  settledBy: 'A task that Bitrix24 no longer shows is gone.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id),
  predict: (_args, target) =>
    target.extra.mayNotRemove === true
      ? { kind: 'will-fail', failure: mayNot('delete', target.id) }
      : predictRemoval(target),
  execute: async ({ dialect }: Bitrix24Config, args, writer, target) => {
    const taskId = target?.id ?? args.task_id;
    const outcome = await writer.write(dialect.deleteTask(taskId));
    const result = expectSuccess(outcome, 'write', dialect.errors);
    if (result.ok) {
      if (dialect.confirms(result.value)) return succeed(doneBy(result.value));
      return fail(unexpectedAnswer(result.value, 'write', 'Bitrix24', 'it does not say that it succeeded'));
    }
    if (target === null || outcome.kind === 'loss') return result;
    const already = succeed(doneBy(outcome, { outcome: 'already', message: 'Bitrix24 no longer has the task.' }));
    switch (dialect.tellsGone(result.failure)) {
      case 'yes':
        return already;
      case 'perhaps':
        return judgeRefusal(dialect, writer, taskId, result.failure, already);
      case 'no':
        return result;
    }
  },
  settle: async (_config, _args, _reader, reading, doubt) => settleDelete(reading, doubt),
});

/** A refusal that may mean that the task is gone, or that it may not be deleted: a reading tells which. */
async function judgeRefusal(
  dialect: Dialect,
  reader: Reader,
  taskId: string,
  failure: Failure,
  already: Result<Done>,
): Promise<Result<Done>> {
  const reading = await readTask(dialect, reader, taskRef(taskId));
  if (reading.kind === 'absent') return already;
  if (reading.kind === 'unreadable' || failure.type !== 'NOT_FOUND') return fail(failure);
  return fail({ ...failure, type: 'FORBIDDEN', suggestedAction: askOwner, message: `${failure.message} It is there.` });
}
