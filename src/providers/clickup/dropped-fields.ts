/** Values of custom fields that a task loses when it moves to a list which does not have the fields. */
import { type Result, succeed } from '../../failure.js';
import { isJsonObject, type JsonObject, textField } from '../../json.js';
import type { Reader } from '../http.js';
import type { Change } from '../operation.js';
import type { TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { readListFields } from './fields.js';
import { heldValue, showHeld } from './task-facts.js';

/**
 * The fields' names by their ids. The lists' fields are asked for once in a connection, and only for a task that has
 * values. Further lists that show the task may have the fields too: then nothing is said to be lost.
 */
export async function findDropped(
  config: ClickUpConfig,
  reader: Reader,
  task: TargetView,
  newListId: string,
): Promise<Result<JsonObject>> {
  const ids = isJsonObject(task.extra.fields) ? Object.keys(task.extra.fields) : [];
  if (ids.length === 0 || task.placeId === null || task.otherLists.length > 0) return succeed({});
  const there = await readListFields(config, reader, newListId);
  if (!there.ok) return there;
  const gone = ids.filter((id) => !there.value.some((field) => field.id === id));
  if (gone.length === 0) return succeed({});
  const here = await readListFields(config, reader, task.placeId);
  if (!here.ok) return here;
  return succeed(Object.fromEntries(gone.map((id) => [id, here.value.find((field) => field.id === id)?.name ?? id])));
}

/** @param dropped as {@link findDropped} tells them. */
export function droppedChanges({ extra }: TargetView, dropped: unknown): Change[] {
  return namesOf(dropped).map(([id, field]) => ({ field, before: showHeld(heldValue(extra, id)), after: null }));
}

/** The task without them. */
export function leaveWithout(task: TargetView, dropped: unknown): TargetView {
  const ids = namesOf(dropped).map(([id]) => id);
  const { fields } = task.extra;
  if (ids.length === 0 || !isJsonObject(fields)) return task;
  const kept = Object.fromEntries(Object.entries(fields).filter(([id]) => !ids.includes(id)));
  return { ...task, extra: { ...task.extra, fields: kept } };
}

function namesOf(dropped: unknown): ReadonlyArray<readonly [id: string, name: string]> {
  if (!isJsonObject(dropped)) return [];
  return Object.keys(dropped).map((id) => [id, textField(dropped, id) ?? id]);
}
