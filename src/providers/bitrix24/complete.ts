import { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { doneBy, predictStatus } from '../done.js';
import type { HttpAnswer } from '../http.js';
import { type Done, defineOperation } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { settleCompletion } from '../settle.js';
import type { TargetView } from '../target.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { bitrix24Errors } from './errors.js';
import { statusCodes, viewTask } from './task-view.js';
import { taskPath, taskRef } from './tasks.js';

/**
 * `PATCH /v1/tasks/{id}` with `{status: 5}`: Vibecode has no route of its own for completing (documentation of
 * 2026-05-05). Under task control a task that is not one's own becomes 4, awaiting its creator's approval; a repeated
 * transition changes nothing (code of Bitrix24's tasks module).
 */
export const completeTask = defineOperation({
  name: 'complete',
  summary: 'Completes a task; under task control it awaits the approval of its creator.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  sideEffects: ['Members are notified, and webhooks and robots run.'],
  settledBy: 'The task is read; it is done when it is completed or awaits approval.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id),
  predict: (_args, target) =>
    target.completed
      ? { kind: 'nothing-to-do', reason: 'The task is completed already.' }
      : predictStatus(target, 'completed'),
  execute: async (_config: Bitrix24Config, args, writer, target) => {
    const path = taskPath(target?.id ?? args.task_id);
    const outcome = await writer.write({ method: 'PATCH', path, body: { status: statusCodes.completed } });
    const result = expectSuccess(outcome, 'write', bitrix24Errors);
    return result.ok ? judgeCompletion(result.value) : result;
  },
  settle: async (_config, _args, _reader, reading) => settleCompletion(reading, isDone),
});

function isDone(target: TargetView): boolean {
  return target.completed || target.extra.statusCode === statusCodes.awaitingControl;
}

/** The answer's body is documented for other entities only: without a status, its acceptance is all there is. */
function judgeCompletion(answer: HttpAnswer): Result<Done> {
  if (field(answer.json, 'success') !== true) {
    return fail(unexpectedAnswer(answer, 'write', 'Bitrix24', 'it does not say that it succeeded'));
  }
  const task = viewTask(field(answer.json, 'data'));
  if (task === null || task.completed || task.extra.statusCode === undefined) return succeed(doneBy(answer));
  if (isDone(task)) {
    return succeed(
      doneBy(answer, { message: 'The task is under control: it now awaits the approval of its creator.' }),
    );
  }
  return fail({
    ...unexpectedAnswer(answer, 'write', 'Bitrix24', `the task has the status ${task.status}, not completed`),
    code: 'STATUS_NOT_APPLIED',
    effect: 'none',
  });
}
