import { z } from 'zod';
import { localFailure, succeed } from '../../failure.js';
import { doneBy, predictRemoval } from '../done.js';
import { defineOperation } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import { settleDelete } from '../settle.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { bitrix24Errors } from './errors.js';
import { taskPath, taskRef } from './tasks.js';

/**
 * `DELETE /v1/tasks/{id}`, 204 without a body (Vibecode's page on deleting a task). The API can't take it back; the
 * portal's recycle bin keeps the task for 30 days on commercial plans (Bitrix24 helpdesk, 25760543).
 */
export const deleteTask = defineOperation({
  name: 'delete',
  summary: "Deletes a task; only the portal's recycle bin can restore it, for 30 days.",
  risk: 'irreversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  sideEffects: [
    "Direct subtasks are kept: they move to the deleted task's parent, or become tasks of their own.",
    'Comments and time records can no longer be reached.',
    'Members are notified, and webhooks and robots run.',
  ],
  settledBy: 'A task that Bitrix24 no longer shows is gone.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id),
  predict: (_args, target) =>
    target.extra.mayNotRemove === true
      ? { kind: 'will-fail', failure: mayNotRemove(target.id) }
      : predictRemoval(target),
  execute: async (_config: Bitrix24Config, args, writer, target) => {
    const outcome = await writer.write({ method: 'DELETE', path: taskPath(target?.id ?? args.task_id) });
    const result = expectSuccess(outcome, 'write', bitrix24Errors);
    if (result.ok) return succeed(doneBy(result.value));
    if (result.failure.type !== 'NOT_FOUND' || target === null || outcome.kind === 'loss') return result;
    return succeed(doneBy(outcome, { outcome: 'already', message: 'Bitrix24 no longer has the task.' }));
  },
  settle: async (_config, _args, _reader, reading, doubt) => settleDelete(reading, doubt),
});

function mayNotRemove(taskId: string) {
  return localFailure(
    'FORBIDDEN',
    'BITRIX_ACCESS_DENIED',
    `The key's user may not delete task ${taskId}, says Bitrix24.`,
    "Let the task's creator, their supervisor or a portal administrator do it, or leave the row out.",
  );
}
