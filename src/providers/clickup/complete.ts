import { z } from 'zod';
import { fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject } from '../../json.js';
import { text } from '../columns.js';
import { doneBy, predictStatus } from '../done.js';
import type { HttpAnswer, Reader, Writer } from '../http.js';
import { type Done, defineOperation, type Prediction, type Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { settleCompletion, unknownFrom } from '../settle.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { taskIdColumn, teamIdColumn } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';
import { chooseCompletedStatus, isSameStatus, type ListStatus, readListStatuses } from './list-statuses.js';
import { viewTask } from './task-view.js';
import { addressTask, readTask, taskRef } from './tasks.js';

const schema = z.object({
  task_id: taskIdColumn,
  status: text(
    {
      about: "The status that completes the task, where it is not the closed one of the task's list.",
      example: 'complete',
    },
    { max: 200 },
  ).optional(),
  team_id: teamIdColumn,
});

type Args = z.output<typeof schema>;

/**
 * `PUT /v2/task/{id}` with `{status}` (published v2 document, 2026-07-30). Names of statuses are each list's own, so
 * the task's list is looked up. ClickUp answers 200 to some requests that it does not apply, so the status that comes
 * back is compared with the one that was asked for.
 */
export const completeTask = defineOperation({
  name: 'complete',
  summary: 'Moves a task to the closed status of its list, or to the one that the row names.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  sideEffects: ['Closed tasks leave the default lists.', 'Watchers may be notified and automations may run.'],
  settledBy: 'The task is read; it is done when it has the status that was asked for.',
  schema,
  target: refOf,
  predict,
  prepare: async (config: ClickUpConfig, args, reader, target) => {
    if (target === null) return succeed({});
    const chosen = await findStatus(config, args, reader, target);
    return chosen.ok ? succeed({ status: chosen.value.name, statusType: chosen.value.type }) : chosen;
  },
  execute: async (config: ClickUpConfig, args, writer, target, prepared) => {
    const known = await resolve(config, args, writer, target, prepared);
    if (!known.ok) return known;
    if ('done' in known.value) return succeed(known.value.done);
    const { task, status } = known.value;
    const address = addressTask(config, refOf(args), task);
    if (!address.ok) return address;
    const outcome = await writer.write({ method: 'PUT', ...address.value, body: { status } });
    const result = expectSuccess(outcome, 'write', clickUpErrors);
    return result.ok ? judgeCompletion(result.value, status) : result;
  },
  settle,
});

function refOf(args: Args): TargetRef {
  return taskRef(args.task_id, args.team_id);
}

function predict(args: Args, target: TargetView, prepared: JsonObject): Prediction {
  const status = typeof prepared.status === 'string' ? prepared.status : null;
  const reached =
    status === null ? args.status === undefined && target.extra.statusType === 'closed' : hasStatus(target, status);
  if (reached) return { kind: 'nothing-to-do', reason: `The task has the status ${target.status} already.` };
  return predictStatus(target, status ?? args.status ?? 'closed');
}

function hasStatus(target: TargetView, status: string): boolean {
  return target.status !== null && isSameStatus(target.status, status);
}

/** The status that completes this task, by its own list: a subtask may sit in another list than its parent. */
async function findStatus(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  target: TargetView,
): Promise<Result<ListStatus>> {
  if (target.placeId === null) return fail(listUnknown(target));
  const statuses = await readListStatuses(config, reader, target.placeId);
  return statuses.ok ? chooseCompletedStatus(statuses.value, args.status) : statuses;
}

/** What planning did not find out (`--look none`, an older plan) is looked up now. */
async function resolve(
  config: ClickUpConfig,
  args: Args,
  writer: Writer,
  target: TargetView | null,
  prepared: JsonObject,
): Promise<Result<{ task: TargetView; status: string } | { done: Done }>> {
  const planned = prepared.status;
  if (target !== null && typeof planned === 'string') return succeed({ task: target, status: planned });
  const reading = target === null ? await readTask(config, writer, refOf(args)) : null;
  if (reading !== null && reading.kind !== 'found') return fail(reading.failure);
  const task = reading?.target ?? target;
  if (task === null) throw new TypeError('neither a reading nor a target');
  const chosen = await findStatus(config, args, writer, task);
  if (!chosen.ok) return chosen;
  const status = chosen.value.name;
  if (!hasStatus(task, status)) return succeed({ task, status });
  const message = `The task has the status ${task.status} already.`;
  return succeed({
    done: { outcome: 'already', httpStatus: 200, requestId: null, message, url: task.url, createdId: null },
  });
}

function judgeCompletion(answer: HttpAnswer, status: string): Result<Done> {
  const task = viewTask(answer.json);
  if (task?.status == null) return fail(unexpectedAnswer(answer, 'write', 'ClickUp', 'it holds no task with a status'));
  if (hasStatus(task, status)) return succeed(doneBy(answer, { url: task.url }));
  return fail({
    ...unexpectedAnswer(answer, 'write', 'ClickUp', `the task has the status "${task.status}", not "${status}"`),
    code: 'STATUS_NOT_APPLIED',
    effect: 'none',
    suggestedAction: 'Look at the task in ClickUp: an automation may have moved it on.',
  });
}

async function settle(config: ClickUpConfig, args: Args, reader: Reader, reading: Reading | null): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleCompletion(reading, () => false);
  if (args.status === undefined && reading.target.extra.statusType === 'closed') {
    return settleCompletion(reading, () => true);
  }
  const chosen = await findStatus(config, args, reader, reading.target);
  if (!chosen.ok) return unknownFrom(chosen.failure.message);
  return settleCompletion(reading, (target) => hasStatus(target, chosen.value.name));
}

function listUnknown(target: TargetView) {
  const message = `ClickUp does not tell the list of "${target.title}" (${target.id}), and its closed status with it.`;
  return localFailure('API_ERROR', 'LIST_UNKNOWN', message, 'Look at the task in ClickUp.');
}
