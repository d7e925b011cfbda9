import { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer } from '../http.js';
import type { Done, Prediction } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { takenBackBy } from '../undo.js';
import { refuseRunTask } from './archive.js';
import { ensureTarget } from './before-write.js';
import { taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { notApplied } from './not-applied.js';
import { sayArchived, settleBy } from './settle-task.js';
import { viewTask } from './task-view.js';
import { organizationPath, taskRef } from './tasks.js';

/** `PUT /tasks/{id}/restore`, one-off tasks only (archive page of the API documentation, 2026-03-22). */
export const restoreTask = defineOperation({
  name: 'restore',
  summary: 'Brings an archived one-off task back.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: 'archive',
  undo: {
    needs: 'reading',
    lost: ['when it had been archived'],
    take: ({ task_id }) => takenBackBy([{ operation: 'archive', values: { task_id } }]),
  },
  sideEffects: ['The task is shown in lists again.', 'Tasks of a run are refused: restore the run.'],
  settledBy:
    'The task is read by its id, or else looked for among the archived ones; it is done when it is not archived.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id, undefined),
  predict: (_args, target) => predict(target),
  leaves: (_args, target) => ({ ...target, archived: false }),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, taskRef(args.task_id, undefined), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const path = organizationPath(config, 'tasks', ready.value.target.id, 'restore');
    const result = expectSuccess(await writer.write({ method: 'PUT', path }), 'write', tallyfyErrors);
    return result.ok ? judgeRestoring(result.value) : result;
  },
  settle: async (_config, _args, _reader, reading) => settleBy(reading, (target) => !target.archived, sayArchived),
});

function predict(target: TargetView): Prediction {
  const refusal = refuseRunTask(target, 'restores', 'restore-run');
  if (refusal !== null) return refusal;
  if (!target.archived) return { kind: 'nothing-to-do', reason: 'The task is not archived.' };
  return { kind: 'will-do', changes: [{ field: 'archived', before: 'yes', after: 'no' }] };
}

/** The answer is documented nowhere: 204 is taken, and a task that is not archived. */
function judgeRestoring(answer: HttpAnswer): Result<Done> {
  if (answer.status === 204) return succeed(doneBy(answer));
  const task = viewTask(field(answer.json, 'data'));
  if (task === null) return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no task'));
  if (!task.archived) return succeed(doneBy(answer));
  return fail(notApplied([{ field: 'archived', asked: 'no', now: 'yes' }], answer));
}
