import type { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, type JsonObject, type JsonValue, textField } from '../../json.js';
import { flag, identifier, text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader, Writer } from '../http.js';
import type { Done, Doubt, Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { unknownFrom } from '../settle.js';
import type { Reading, TargetView } from '../target.js';
import { parseListId, taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { droppedChanges, findDropped, leaveWithout } from './dropped-fields.js';
import { clickUpErrors } from './errors.js';
import { chooseNamedStatus, isSameStatus, listNames, readListStatuses } from './list-statuses.js';
import { findList } from './lists.js';
import { requireTask } from './locate-task.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { leaveWithStatus } from './status-change.js';
import { refOf, requireRef } from './task-ref.js';
import { alreadySo, notApplied } from './task-write.js';
import { readTeamId } from './teams.js';
import { undoMove } from './undo-move.js';

const schema = taskSchema(
  {
    to_list_id: identifier(
      {
        about: 'The id of the list that the task moves to.',
        example: '901000000004',
        aliases: ['target_list_id', 'new_list_id'],
        fix: "Copy the digits behind /li/ in the list's address.",
      },
      { parse: parseListId },
    ).optional(),
    to_list_name: text(
      {
        about: 'The name of the list that the task moves to, where to_list_id is empty.',
        example: 'Inbox',
        aliases: ['to_list', 'target_list', 'target_list_name', 'new_list', 'new_list_name'],
      },
      { max: 500 },
    ).optional(),
    status: text(
      {
        about:
          "The status that the task gets there, where the new list does not have the task's own. Not taken from " +
          "ClickUp's own export, where the column tells the present one.",
        example: 'to do',
        aliases: ['new_status'],
        presentInExport: true,
      },
      { max: 200 },
    ).optional(),
    move_custom_fields: flag({
      about: 'Whether custom fields that the new list does not have are moved along with their values. Default no.',
      example: 'no',
    }).optional(),
  },
  ({ to_list_id: id, to_list_name: name }) =>
    id === undefined && name === undefined ? 'names no list to move to: fill in to_list_id or to_list_name' : null,
);

type Args = z.output<typeof schema>;

/** Where a task goes, and which status takes the place of its own. */
interface Route {
  readonly listId: string;
  /** Null when the new list has a status of the same name. */
  readonly mapping: { readonly from: string; readonly to: string; readonly name: string } | null;
  /** The kind of the status that the task has there; null where it stays. */
  readonly type: string | null;
}

/**
 * `PUT /v3/workspaces/{id}/tasks/{id}/home_list/{id}`, which takes native ids alone (published v3 document,
 * 2026-07-30). The document names the keys of a mapping `source_status_id`, ClickUp's guide page `source_status`; the
 * second form is sent when the first is refused, since a refused move did nothing.
 */
export const moveTask = defineOperation({
  name: 'move',
  summary: 'Moves a task to another home list.',
  risk: 'destructive',
  repeat: 'after-reading',
  requestsPerRow: 1,
  requestsVary: true,
  inverse: 'move',
  undo: { needs: 'snapshot', lost: [], take: undoMove },
  sideEffects: [
    'Values of custom fields that the new list does not have are lost, unless they are moved along.',
    'Its subtasks come along; the lists that it was added to besides its home stay.',
    'A status that the new list does not have is replaced by the one that the row names.',
    'Watchers may be notified and automations may run.',
  ],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when its home is the new list.',
  schema,
  reachesParts: () => true,
  target: refOf,
  predict: (_args, target, prepared) => {
    const { listId, status } = prepared;
    if (listId === target.placeId) return { kind: 'nothing-to-do', reason: 'The task is in that list already.' };
    const moved = { field: 'list', before: target.placeId, after: typeof listId === 'string' ? listId : null };
    const mapped = typeof status === 'string' ? [{ field: 'status', before: target.status, after: status }] : [];
    return { kind: 'will-do', changes: [moved, ...mapped, ...droppedChanges(target, prepared.dropped)] };
  },
  leaves: ({ to_list_name: list = null }, target, { listId, status, type, dropped }) => {
    if (typeof listId !== 'string' || listId === target.placeId) return target;
    const there = { ...leaveWithout(target, dropped), placeId: listId, place: list, list };
    return leaveWithStatus(there, {
      status: status ?? target.status,
      type: type ?? target.extra.statusType ?? null,
    });
  },
  prepare: async (config: ClickUpConfig, args, reader, target) => {
    if (target === null) return succeed({});
    const route = await findRoute(config, args, reader, target);
    if (!route.ok) return route;
    const { listId, mapping, type } = route.value;
    const stays = args.move_custom_fields === true || listId === target.placeId;
    const dropped = stays ? succeed({}) : await findDropped(config, reader, target, listId);
    if (!dropped.ok) return dropped;
    return succeed({
      listId,
      ...(mapping === null ? {} : { status: mapping.name }),
      ...(type === null || type === target.extra.statusType ? {} : { type }),
      ...(Object.keys(dropped.value).length === 0 ? {} : { dropped: dropped.value }),
    });
  },
  execute: async (config: ClickUpConfig, args, writer, target) => {
    const task = await requireTask(config, writer, requireRef(args), target);
    if (!task.ok) return task;
    const route = await findRoute(config, args, writer, task.value);
    if (!route.ok) return route;
    if (target === null && route.value.listId === task.value.placeId) {
      return succeed(alreadySo(task.value, 'The task is in that list already.'));
    }
    const teamId = await findTeamId(config, writer, task.value);
    return teamId.ok ? sendMove(writer, args, task.value, route.value, teamId.value) : teamId;
  },
  settle,
});

/** The new list, and a status there; lists and statuses are kept for the connection. */
async function findRoute(config: ClickUpConfig, args: Args, reader: Reader, task: TargetView): Promise<Result<Route>> {
  const listId = await findTargetList(config, args, reader);
  if (!listId.ok) return listId;
  if (listId.value === task.placeId) return succeed({ listId: listId.value, mapping: null, type: null });
  const statuses = await readListStatuses(config, reader, listId.value);
  if (!statuses.ok) return statuses;
  const own = task.status ?? '';
  const same = statuses.value.find(({ name }) => isSameStatus(name, own));
  if (same !== undefined) return succeed({ listId: listId.value, mapping: null, type: same.type });
  if (args.status === undefined) return fail(mappingMissing(task, listNames(statuses.value)));
  const chosen = chooseNamedStatus(statuses.value, args.status);
  if (!chosen.ok) return chosen;
  const from = textField(task.extra, 'statusId') ?? own;
  const { id, name, type } = chosen.value;
  return succeed({ listId: listId.value, mapping: { from, to: id, name }, type });
}

async function findTargetList(config: ClickUpConfig, args: Args, reader: Reader): Promise<Result<string>> {
  if (args.to_list_id !== undefined) return succeed(args.to_list_id);
  const list = await findList(config, reader, args.to_list_name ?? '');
  return list.ok ? succeed(list.value.id) : list;
}

async function findTeamId(config: ClickUpConfig, reader: Reader, task: TargetView): Promise<Result<string>> {
  const own = textField(task.extra, 'teamId');
  return own === null ? readTeamId(config, reader) : succeed(own);
}

async function sendMove(
  writer: Writer,
  args: Args,
  task: TargetView,
  { listId, mapping }: Route,
  teamId: string,
): Promise<Result<Done>> {
  const send = async (mappings: readonly JsonObject[]) => {
    const outcome = await writer.write({
      method: 'PUT',
      path: ['v3', 'workspaces', teamId, 'tasks', task.id, 'home_list', listId],
      body: {
        ...(args.move_custom_fields === undefined ? {} : { move_custom_fields: args.move_custom_fields }),
        ...(mappings.length === 0 ? {} : { status_mappings: mappings }),
      },
    });
    return expectSuccess(outcome, 'write', clickUpErrors);
  };
  if (mapping === null) return judgeMove(await send([]), listId, task);
  const first = await send([{ source_status_id: mapping.from, destination_status_id: mapping.to }]);
  if (first.ok || first.failure.httpStatus !== 400) return judgeMove(first, listId, task);
  const second = await send([{ source_status: mapping.from, destination_status: mapping.to }]);
  return judgeMove(second, listId, task);
}

function judgeMove(result: Result<HttpAnswer>, listId: string, task: TargetView): Result<Done> {
  if (!result.ok) return result;
  const newList: JsonValue = textField(field(result.value.json, 'data'), 'new_list_id');
  if (newList === null) {
    return fail(unexpectedAnswer(result.value, 'write', 'ClickUp', 'it does not tell the new list'));
  }
  if (newList !== listId) return fail(notApplied(result.value, [`the task is in the list ${newList}, not ${listId}`]));
  return succeed(doneBy(result.value, { url: task.url }));
}

async function settle(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  reading: Reading | null,
  doubt: Doubt,
): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleByTask(reading, doubt, () => ({ done: false, evidence: '' }));
  const listId = await findTargetList(config, args, reader);
  if (!listId.ok) return unknownFrom(listId.failure);
  return settleByTask(reading, doubt, (task) => ({
    done: task.placeId === listId.value,
    evidence: `${quoteTask(task)} is in the list ${task.list ?? '?'} (${task.placeId ?? '?'}).`,
  }));
}

function mappingMissing(task: TargetView, names: string): Failure {
  const message = `The new list has no status "${task.status ?? ''}", which the task has; it has ${names}.`;
  return localFailure('VALIDATION', 'STATUS_MAPPING_MISSING', message, 'Write one of those in the column status.');
}
