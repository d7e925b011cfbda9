import { z } from 'zod';
import { type Failure, fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { flag, integer } from '../columns.js';
import { doneBy, predictStatus } from '../done.js';
import type { HttpAnswer, Reader, WriteRequest } from '../http.js';
import { type Done, defineOperation, type Prediction, type Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { settleCompletion } from '../settle.js';
import type { TargetRef, TargetView } from '../target.js';
import { runIdColumn, taskIdColumn } from './columns.js';
import { foreseeRefusal } from './completion.js';
import type { TallyfyConfig } from './config.js';
import { saysAlreadyCompleted, tallyfyErrors } from './errors.js';
import { viewTask } from './task-view.js';
import { organizationPath, readTask, taskRef } from './tasks.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  is_approved: flag({
    about: 'For approvals: true approves, false rejects. Other tasks do not need it.',
    example: 'true',
  }).optional(),
  override_user: integer(
    { about: 'The number of the member who is credited with the completion, in place of you.', example: '12345' },
    { min: 1, max: Number.MAX_SAFE_INTEGER },
  ).optional(),
});

type Args = z.output<typeof schema>;

/**
 * `POST /runs/{run}/completed-tasks` for a task of a run, `POST /completed-tasks` for a one-off (API documentation,
 * 2026-07-19).
 *
 * Never sent twice: a second completion is an error by the documentation, but by task_management.py of
 * tallyfy/mcp-public (2026-08-07) it may answer 2xx and fire webhooks and e-mails again. So a write rests on a reading
 * that is at most a minute old and shows the task open, and none is repeated before another reading.
 */
export const completeTask = defineOperation({
  name: 'complete',
  summary: 'Completes a task of a run, or a one-off task; approves or rejects an approval.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: null,
  sideEffects: [
    'Webhooks, e-mails and activity of the task fire.',
    'Rules of the run may show, hide or reassign other tasks.',
  ],
  settledBy: 'The task is read; it is done when it is completed.',
  readingMaxAgeMs: 60_000,
  schema,
  target: refOf,
  predict,
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const known = target === null ? await readOpenTask(config, args, writer) : succeed({ target });
    if (!known.ok) return known;
    if ('done' in known.value) return succeed(known.value.done);
    const task = known.value.target;
    const outcome = await writer.write(completionRequest(config, args, task));
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (result.ok) return judgeCompletion(result.value);
    return confirmRefusal(config, args, writer, result.failure);
  },
  settle: async (_config, _args, _reader, reading) => settle(reading),
});

function refOf(args: Args): TargetRef {
  return taskRef(args.task_id, args.run_id);
}

function predict(args: Args, target: TargetView): Prediction {
  if (target.completed) return { kind: 'nothing-to-do', reason: 'The task is completed already.' };
  const refusal = foreseeRefusal(args, target);
  return refusal === null ? predictStatus(target, 'completed') : { kind: 'will-fail', failure: refusal };
}

function completionRequest(config: TallyfyConfig, args: Args, target: TargetView): WriteRequest {
  const runId = args.run_id ?? (typeof target.extra.runId === 'string' ? target.extra.runId : undefined);
  const ofRun = target.extra.oneOff !== true && runId !== undefined;
  return {
    method: 'POST',
    path: organizationPath(config, ...(ofRun ? ['runs', runId] : []), 'completed-tasks'),
    body: {
      task_id: target.id,
      ...(args.is_approved === undefined ? {} : { is_approved: args.is_approved }),
      ...(args.override_user === undefined ? {} : { override_user: args.override_user }),
    },
  };
}

/** Without a reading from planning, the task is read here: nothing is completed twice. */
async function readOpenTask(
  config: TallyfyConfig,
  args: Args,
  reader: Reader,
): Promise<Result<{ target: TargetView } | { done: Done }>> {
  const reading = await readTask(config, reader, refOf(args));
  if (reading.kind !== 'found') return fail(reading.failure);
  const foretold = predict(args, reading.target);
  if (foretold.kind === 'will-fail') return fail(foretold.failure);
  if (foretold.kind === 'will-do') return succeed({ target: reading.target });
  return succeed({ done: alreadyCompleted(foretold.reason) });
}

function alreadyCompleted(message: string): Done {
  return { outcome: 'already', httpStatus: 200, requestId: null, message, url: null, createdId: null };
}

/** The answer holds the task as it is now. It may still be open when all of its assignees must complete it. */
function judgeCompletion(answer: HttpAnswer): Result<Done> {
  const task = viewTask(field(answer.json, 'data'));
  if (task === null) return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no task'));
  if (task.completed || task.status === null) return succeed(doneBy(answer));
  if (task.extra.everyoneMustComplete === true) {
    return succeed(
      doneBy(answer, { message: 'Counted; the task stays open until each of its assignees has completed it.' }),
    );
  }
  return fail(
    unexpectedAnswer(answer, 'write', 'Tallyfy', `the task has the status ${task.status} and is not completed`),
  );
}

/** "Already completed" is believed when a reading shows it. */
async function confirmRefusal(
  config: TallyfyConfig,
  args: Args,
  reader: Reader,
  failure: Failure,
): Promise<Result<Done>> {
  if (failure.effect === 'possible' || !saysAlreadyCompleted(failure.message)) return fail(failure);
  const reading = await readTask(config, reader, refOf(args));
  if (reading.kind !== 'found' || !reading.target.completed) return fail(failure);
  return succeed(alreadyCompleted('Tallyfy says that the task was completed before, and shows it completed.'));
}

function settle(reading: Parameters<typeof settleCompletion>[0]): Settlement {
  const settlement = settleCompletion(reading, (target) => target.completed);
  const shared = reading?.kind === 'found' && reading.target.extra.everyoneMustComplete === true;
  if (settlement.kind !== 'not-done' || !shared) return settlement;
  return {
    kind: 'unknown',
    evidence: `${settlement.evidence} Each of its assignees must complete it, so our completion may have been counted.`,
  };
}
