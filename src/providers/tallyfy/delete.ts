import { z } from 'zod';
import { localFailure, succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import { doneBy, predictRemoval } from '../done.js';
import { expectSuccess } from '../outcome.js';
import { settleDelete } from '../settle.js';
import { taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { lostByDelete, remakeTask } from './remake-task.js';
import { organizationPath, taskRef } from './tasks.js';

/**
 * `DELETE /tasks/{id}/delete`: a one-off task, its fields and their values, for good (Tallyfy's task delete page). The
 * tasks of a run have no delete of their own; archive or delete the run (API documentation, 2026-07-19).
 */
export const deleteTask = defineOperation({
  name: 'delete',
  summary: 'Deletes a one-off task for good, also an archived one.',
  risk: 'irreversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  undo: { needs: 'snapshot', lost: lostByDelete, take: remakeTask },
  sideEffects: ["The task's form fields and their values go with it.", 'Tasks of a run are refused.'],
  settledBy: 'A task that can no longer be read, and that is not among the archived ones, is gone.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id, undefined),
  predict: (_args, target) =>
    target.extra.oneOff === true ? predictRemoval(target) : { kind: 'will-fail', failure: belongsToRun(target.run) },
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const outcome = await writer.write({
      method: 'DELETE',
      path: organizationPath(config, 'tasks', target?.id ?? args.task_id, 'delete'),
    });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (result.ok) return succeed(doneBy(result.value));
    if (result.failure.type !== 'NOT_FOUND' || target === null || outcome.kind === 'loss') return result;
    return succeed(doneBy(outcome, { outcome: 'already', message: 'Tallyfy no longer has the task.' }));
  },
  settle: async (_config, _args, _reader, reading, doubt) => settleDelete(reading, doubt),
});

function belongsToRun(run: string | null) {
  return localFailure(
    'VALIDATION',
    'NOT_A_ONE_OFF_TASK',
    `The task belongs to the run ${run ?? 'that started it'}; Tallyfy deletes one-off tasks only.`,
    'Use archive-run for the whole run, or leave the row out.',
  );
}
