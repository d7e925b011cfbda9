import type { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject } from '../../json.js';
import { list, oneOf } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import type { Reader } from '../http.js';
import type { Doubt, Settlement } from '../operation.js';
import { unknownFrom } from '../settle.js';
import type { Reading, TargetView } from '../target.js';
import { taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { existingTask } from './existing-task.js';
import { chooseNamedStatus, readListStatuses } from './list-statuses.js';
import { requireTask } from './locate-task.js';
import { nativeId } from './native-id.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { leaveWithStatus, listUnknown, plannedStatus } from './status-change.js';
import {
  clearable,
  clearedDetails,
  type Detail,
  describeLacks,
  describeUntouched,
  detailColumns,
  wantedDetails,
} from './task-details.js';
import { refOf, requireRef } from './task-ref.js';
import { alreadySo, judgeUpdate, writeTask } from './task-write.js';
import { undoUpdate } from './undo-details.js';

const clearableWord = oneOf({ about: 'The name of a column to empty.', example: 'due_date' }, [
  'description',
  'priority',
  'due_date',
  'start_date',
  'time_estimate',
  'points',
]);

const schema = taskSchema(
  {
    ...detailColumns,
    clear: list(
      {
        about: `What is emptied: ${clearable.join(', ')}. An empty cell leaves a value as it is, a filled one sets it.`,
        example: 'time_estimate',
      },
      clearableWord,
      { max: clearable.length },
    ).optional(),
  },
  checkDetails,
);

type Args = z.output<typeof schema>;

/**
 * `PUT /v2/task/{id}` with what changes and nothing else (published v2 document, 2026-07-30). Tags, custom fields and
 * the list are ignored there in spite of the answer 200, so they have operations of their own.
 */
export const updateTask = defineOperation({
  name: 'update',
  summary: 'Changes the name, description, status, priority, dates, estimate, points, type or parent of a task.',
  risk: 'destructive',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: 'update',
  undo: { needs: 'snapshot', lost: [], take: undoUpdate },
  sideEffects: ['Old values are overwritten.', 'Watchers may be notified and automations may run.'],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when every value is as the row says.',
  schema,
  target: refOf,
  predict: (args, target, prepared) => {
    const changes = detailsOf(args, prepared)
      .filter((detail) => detail.isSo(target) !== true)
      .map(({ field, before, after }) => ({ field, before: before(target), after }));
    if (changes.length > 0) return { kind: 'will-do', changes };
    return { kind: 'nothing-to-do', reason: 'The task is so already.' };
  },
  leaves: (args, target, names) =>
    detailsOf(args, names).reduce((task, detail) => detail.leaves(task), leaveWithStatus(target, names)),
  joins: 'parent',
  findNamed: async (config: ClickUpConfig, { parent }, reader) =>
    parent === undefined ? succeed(null) : existingTask(config, reader, parent),
  refusesWhole: (_args, whole, target) => {
    if (target === null) return null;
    return whole.partOf.includes(target.id) ? belowItself(target, whole) : inOtherList(target, whole);
  },
  prepare: async (config: ClickUpConfig, args, reader, target) =>
    target === null ? succeed({}) : resolveNames(config, args, reader, target),
  execute: async (config: ClickUpConfig, args, writer, target, prepared) => {
    let names = prepared;
    let task = target;
    if (task === null && (args.status !== undefined || args.parent !== undefined)) {
      const read = await requireTask(config, writer, requireRef(args), null);
      if (!read.ok) return read;
      task = read.value;
      const resolved = await resolveNames(config, args, writer, task);
      if (!resolved.ok) return resolved;
      names = resolved.value;
    }
    const details = detailsOf(args, names);
    const known = task;
    const open = known === null ? details : details.filter((detail) => detail.isSo(known) !== true);
    if (open.length === 0 && known !== null) return succeed(alreadySo(known, 'The task is so already.'));
    const body = Object.assign({}, ...open.map((detail) => detail.body));
    const answer = await writeTask(config, writer, requireRef(args), task, { method: 'PUT', body });
    if (!answer.ok) return answer;
    return judgeUpdate(answer.value, (now) => [
      ...describeLacks(open, now),
      ...(known === null ? [] : describeUntouched(open, known, now)),
    ]);
  },
  settle,
});

function detailsOf(args: Args, names: JsonObject): Detail[] {
  const { status, parent } = names;
  const values = {
    ...args,
    ...(typeof status === 'string' ? { status } : {}),
    ...(typeof parent === 'string' ? { parent } : {}),
  };
  const given: Readonly<Record<string, unknown>> = args;
  return [...wantedDetails(values), ...clearedDetails((args.clear ?? []).filter((name) => given[name] === undefined))];
}

/** @param through what is below the task already; left out for the task itself. */
function belowItself({ id, title }: TargetView, through?: TargetView): Failure {
  const by = through === undefined ? '' : `: "${through.title}" (${through.id}) is one of its subtasks`;
  const message = `The row puts "${title}" (${id}) below itself${by}.`;
  return localFailure('VALIDATION', 'PARENT_BELOW', message, 'Name another task in the column parent.');
}

/**
 * 400 ITEM_137, `Parent not child of list` (reports of third parties, 2026). A parent that it has already is not sent, and
 * whether a further list of one of both will do is not known.
 */
function inOtherList(task: TargetView, { id, title, placeId, place, otherLists }: TargetView): Failure | null {
  if (task.placeId === null || placeId === null || placeId === task.placeId) return null;
  if (task.otherLists.length + otherLists.length > 0 || task.extra.parent === id) return null;
  return localFailure(
    'VALIDATION',
    'PARENT_IN_OTHER_LIST',
    `The parent "${title}" (${id}) is in the list ${place ?? '?'} (${placeId}), and the task is in the list ${task.place ?? '?'} (${task.placeId}).`,
    'Move the task to the list of the parent first, or name another parent.',
  );
}

/** The list's spelling of the status, and the parent's native id. */
async function resolveNames(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  task: TargetView,
): Promise<Result<JsonObject>> {
  const names: Record<string, string | boolean> = {};
  if (args.status !== undefined) {
    if (task.placeId === null) return fail(listUnknown(task));
    const statuses = await readListStatuses(config, reader, task.placeId);
    const chosen = statuses.ok ? chooseNamedStatus(statuses.value, args.status) : statuses;
    if (!chosen.ok) return chosen;
    Object.assign(names, plannedStatus(chosen.value));
  }
  if (args.parent !== undefined) {
    const parent = await nativeId(config, reader, args.parent);
    if (!parent.ok) return parent;
    if (parent.value === task.id) return fail(belowItself(task));
    names.parent = parent.value;
  }
  return succeed(names);
}

async function settle(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  reading: Reading | null,
  doubt: Doubt,
): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleByTask(reading, doubt, () => ({ done: false, evidence: '' }));
  const names = await resolveNames(config, args, reader, reading.target);
  if (!names.ok) return unknownFrom(names.failure);
  const details = detailsOf(args, names.value);
  return settleByTask(reading, doubt, (task) => {
    const lacks = describeLacks(details, task);
    if (lacks.length > 0) return { done: false, evidence: `${quoteTask(task)}: ${lacks.join('; ')}.` };
    const unsure = details.filter((detail) => detail.isSo(task) === null).map(({ field }) => field);
    if (unsure.length === 0) return { done: true, evidence: `${quoteTask(task)} is as the row says.` };
    return { done: null, evidence: `ClickUp does not tell whether ${unsure.join(', ')} of ${quoteTask(task)} is so.` };
  });
}

function checkDetails(args: Readonly<Record<string, unknown>>): string | null {
  const cleared = Array.isArray(args.clear) ? args.clear : [];
  if (cleared.length === 0 && Object.keys(detailColumns).every((name) => args[name] === undefined)) {
    return 'changes nothing: fill in what is to be changed, or name in clear what is to be emptied';
  }
  return null;
}
