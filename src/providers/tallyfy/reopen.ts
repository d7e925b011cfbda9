import { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy, predictStatus } from '../done.js';
import type { HttpAnswer } from '../http.js';
import type { Done, Prediction } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { ensureTarget, refuseArchived, runOfTask } from './before-write.js';
import { runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { notApplied } from './not-applied.js';
import { settleBy } from './settle-task.js';
import { viewTask } from './task-view.js';
import { organizationPath, taskRef } from './tasks.js';
import { undoReopening } from './undo-completion.js';

/**
 * `DELETE /runs/{run}/completed-tasks/{id}` or `/completed-tasks/{id}` (reopen page of the API documentation, 2026-07-19;
 * the POST of the connector of 2021 is not followed).
 */
export const reopenTask = defineOperation({
  name: 'reopen',
  summary: 'Opens a completed task again; its approval is taken back too.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: 'complete',
  undo: { needs: 'reading', lost: ['when it had been completed'], take: undoReopening },
  sideEffects: [
    'Rules of the run may show, hide or reassign other tasks.',
    'Who completed it, when, and whether it was approved is lost.',
  ],
  settledBy: 'The task is read; it is done when it is open.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ task_id: taskIdColumn, run_id: runIdColumn }),
  target: (args) => taskRef(args.task_id, args.run_id),
  predict: (_args, target) => predict(target),
  leaves: (_args, target) => ({ ...target, completed: false, status: 'in-progress' }),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, taskRef(args.task_id, args.run_id), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const task = ready.value.target;
    const runId = runOfTask(task, args.run_id);
    const outcome = await writer.write({
      method: 'DELETE',
      path: organizationPath(config, ...(runId === null ? [] : ['runs', runId]), 'completed-tasks', task.id),
    });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    return result.ok ? judgeReopening(result.value) : result;
  },
  settle: async (_config, _args, _reader, reading) =>
    settleBy(
      reading,
      (target) => !target.completed,
      (target) => `has the status ${target.status ?? 'unknown'}`,
    ),
});

function predict(target: TargetView): Prediction {
  if (!target.completed) return { kind: 'nothing-to-do', reason: 'The task is open already.' };
  return refuseArchived(target) ?? predictStatus(target, 'in-progress');
}

function judgeReopening(answer: HttpAnswer): Result<Done> {
  const task = viewTask(field(answer.json, 'data'));
  if (task === null) return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no task'));
  if (!task.completed) return succeed(doneBy(answer));
  return fail(notApplied([{ field: 'status', asked: 'in-progress', now: task.status }], answer));
}
