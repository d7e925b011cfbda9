/**
 * Completing, reopening and any other change of status: `PUT /v2/task/{id}` with `{status}` (published v2 document,
 * 2026-07-30). ClickUp has no call for them. Names of statuses are each list's own, so the task's list is looked up; a
 * subtask may sit in another list than its parent.
 */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject } from '../../json.js';
import { predictStatus } from '../done.js';
import type { Reader, Writer } from '../http.js';
import type { Done, Doubt, Prediction, Settlement } from '../operation.js';
import { completionMs, unknownFrom, withLaterCompletion } from '../settle.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { isCompletedType, isSameStatus, type ListStatus, readListStatuses } from './list-statuses.js';
import { requireTask } from './locate-task.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { refOf, requireRef, type TaskNaming } from './task-ref.js';
import { alreadySo, judgeUpdate, writeTask } from './task-write.js';

/** What tells the three operations apart. */
export interface StatusRule {
  /** The status to send, from the list's own. */
  readonly choose: (statuses: readonly ListStatus[], wanted: string | undefined) => Result<ListStatus>;
  /** Whether a task whose row names no status is so already, whatever its list. */
  readonly isReached: (task: TargetView) => boolean;
}

function predictChange(
  rule: StatusRule,
  wanted: string | undefined,
  task: TargetView,
  prepared: JsonObject,
): Prediction {
  const status = typeof prepared.status === 'string' ? prepared.status : null;
  const reached = (wanted === undefined && rule.isReached(task)) || (status !== null && hasStatus(task, status));
  if (reached) return { kind: 'nothing-to-do', reason: describeReached(task) };
  return predictStatus(task, status ?? wanted ?? 'closed');
}

type StatusArgs = TaskNaming & { readonly status?: string | undefined };

/** What the three operations have in common: all but what people are told. */
export function statusSteps<Args extends StatusArgs>(rule: StatusRule) {
  return {
    target: (args: Args) => refOf(args),
    predict: (args: Args, target: TargetView, prepared: JsonObject) =>
      predictChange(rule, args.status, target, prepared),
    leaves: (_args: Args, target: TargetView, prepared: JsonObject) => leaveWithStatus(target, prepared),
    prepare: (config: ClickUpConfig, args: Args, reader: Reader, target: TargetView | null) =>
      prepareChange(config, rule, args.status, reader, target),
    execute: (config: ClickUpConfig, args: Args, writer: Writer, target: TargetView | null, prepared: JsonObject) =>
      changeStatus(config, rule, args.status, writer, requireRef(args), target, prepared),
    settle: (config: ClickUpConfig, args: Args, reader: Reader, reading: Reading | null, doubt: Doubt) =>
      settleChange(config, rule, args.status, reader, reading, doubt),
  };
}

/** The task with the status that the plan found. */
export function leaveWithStatus(task: TargetView, { status, type }: JsonObject): TargetView {
  if (typeof status !== 'string' || typeof type !== 'string') return task;
  // The id is the old status's.
  const { statusId: _id, ...extra } = task.extra;
  return { ...task, status, completed: isCompletedType(type), extra: { ...extra, statusType: type } };
}

/** What the plan keeps of a status that was found, for {@link leaveWithStatus} and for sending it. */
export function plannedStatus({ name, type }: ListStatus): { readonly status: string; readonly type: string } {
  return { status: name, type };
}

/** The status that the row comes to, for the plan. */
async function prepareChange(
  config: ClickUpConfig,
  rule: StatusRule,
  wanted: string | undefined,
  reader: Reader,
  task: TargetView | null,
): Promise<Result<JsonObject>> {
  if (task === null) return succeed({});
  const chosen = await findStatus(config, rule, wanted, reader, task);
  return chosen.ok ? succeed(plannedStatus(chosen.value)) : chosen;
}

/** Sends the planned status; what planning did not find out (`--look none`) is looked up now. */
async function changeStatus(
  config: ClickUpConfig,
  rule: StatusRule,
  wanted: string | undefined,
  writer: Writer,
  ref: TargetRef,
  target: TargetView | null,
  prepared: JsonObject,
): Promise<Result<Done>> {
  const task = await requireTask(config, writer, ref, target);
  if (!task.ok) return task;
  let { status } = prepared;
  if (typeof status !== 'string' || target === null) {
    if (wanted === undefined && rule.isReached(task.value))
      return succeed(alreadySo(task.value, describeReached(task.value)));
    const chosen = await findStatus(config, rule, wanted, writer, task.value);
    if (!chosen.ok) return chosen;
    status = chosen.value.name;
    if (hasStatus(task.value, status)) return succeed(alreadySo(task.value, describeReached(task.value)));
  }
  const sent = status;
  const answer = await writeTask(config, writer, ref, task.value, { method: 'PUT', body: { status: sent } });
  if (!answer.ok) return answer;
  let completedAtMs: number | null = null;
  const judged = judgeUpdate(answer.value, (now) => {
    completedAtMs = now.completed ? completionMs(now.extra.doneMs) : null;
    return hasStatus(now, sent) ? [] : [`the task has the status "${now.status ?? ''}", not "${sent}"`];
  });
  return judged.ok ? succeed({ ...judged.value, completedAtMs }) : judged;
}

async function settleChange(
  config: ClickUpConfig,
  rule: StatusRule,
  wanted: string | undefined,
  reader: Reader,
  reading: Reading | null,
  doubt: Doubt,
): Promise<Settlement> {
  const evidence = (task: TargetView) => `${quoteTask(task)} has the status ${task.status ?? 'unknown'}.`;
  const judge = (isDone: (task: TargetView) => boolean) =>
    settleByTask(reading, doubt, (task) => ({ done: isDone(task), evidence: evidence(task) }));
  if (reading?.kind !== 'found') return judge(() => false);
  const { target } = reading;
  const completedAt = target.completed ? target.extra.doneMs : null;
  if (wanted === undefined && rule.isReached(target)) {
    return withLaterCompletion(
      judge(() => true),
      target,
      completedAt,
      doubt,
    );
  }
  const chosen = await findStatus(config, rule, wanted, reader, reading.target);
  if (!chosen.ok) return unknownFrom(chosen.failure);
  const settlement = judge((task) => hasStatus(task, chosen.value.name));
  return withLaterCompletion(settlement, target, completedAt, doubt);
}

async function findStatus(
  config: ClickUpConfig,
  rule: StatusRule,
  wanted: string | undefined,
  reader: Reader,
  task: TargetView,
): Promise<Result<ListStatus>> {
  if (task.placeId === null) return fail(listUnknown(task));
  const statuses = await readListStatuses(config, reader, task.placeId);
  return statuses.ok ? rule.choose(statuses.value, wanted) : statuses;
}

function hasStatus(task: TargetView, status: string): boolean {
  return task.status !== null && isSameStatus(task.status, status);
}

function describeReached(task: TargetView): string {
  return `The task has the status ${task.status} already.`;
}

export function listUnknown(task: TargetView): Failure {
  const message = `ClickUp does not tell the list of ${quoteTask(task)}, and with it neither its statuses nor its fields.`;
  return localFailure('API_ERROR', 'LIST_UNKNOWN', message, 'Look at the task in ClickUp.');
}
