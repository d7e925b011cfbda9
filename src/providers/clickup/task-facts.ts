/**
 * What operations need to know of a task beyond the words common to all services, taken out of ClickUp's answer in a
 * small form: plans store it with every row.
 */
import { createHash } from 'node:crypto';
import { field, isObject, type JsonObject, type JsonValue, listField, textField } from '../../json.js';
import { isSoundJson } from '../reading.js';

/** Longer texts are kept as their beginning and their fingerprint. */
const longestText = 500;
const shownChars = 80;

/** What is empty is left out. Dates in ms since the epoch; the priority 1 (urgent) to 4 (low). */
export function readTaskFacts(task: unknown): JsonObject {
  const fields = readFieldValues(task);
  const facts: Record<string, JsonValue | null> = {
    statusType: textField(field(task, 'status'), 'type'),
    statusId: textField(field(task, 'status'), 'id'),
    parent: textField(task, 'parent'),
    teamId: textField(task, 'team_id'),
    description: compactText(textField(task, 'description') ?? ''),
    priority: readPriority(field(task, 'priority')),
    doneMs: readMs(field(task, 'date_done')),
    dueMs: readMs(field(task, 'due_date')),
    startMs: readMs(field(task, 'start_date')),
    estimateMs: readNumber(field(task, 'time_estimate')),
    points: readNumber(field(task, 'points')),
    taskType: readNumber(field(task, 'custom_item_id')),
    people: readIds(task, 'assignees'),
    fields: Object.keys(fields).length === 0 ? null : fields,
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]): Array<[string, JsonValue]> => {
      const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
      return isEmpty ? [] : [[name, value]];
    }),
  );
}

/** What a task holds in a custom field, by its facts; undefined when it is empty. */
export function heldValue({ fields }: JsonObject, fieldId: string): JsonValue | undefined {
  const values: unknown = fields;
  const value = field(values, fieldId);
  return isSoundJson(value) ? value : undefined;
}

/** For people. */
export function showHeld(held: JsonValue | undefined): string | null {
  return held === undefined ? null : typeof held === 'string' ? held : JSON.stringify(held);
}

/** The text itself, or for a long one its beginning, length and fingerprint: equal for equal texts. */
export function compactText(text: string): string {
  const tidy = tidyText(text);
  if (tidy.length <= longestText) return tidy;
  const print = createHash('sha256').update(tidy).digest('hex').slice(0, 16);
  return `${tidy.slice(0, shownChars)}… (${tidy.length} characters, ${print})`;
}

/** Services change blanks at the ends and line breaks of what they store. */
function tidyText(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

/** A number or text of digits, in ms since the epoch. */
function readMs(value: unknown): number | null {
  return readNumber(typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value);
}

function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** 1 urgent to 4 low: an object in task answers, a number in some listings. */
function readPriority(value: unknown): number | null {
  return readNumber(isObject(value) ? value.id : value);
}

/** User ids, ascending. */
function readIds(task: unknown, name: string): readonly number[] {
  return listField(task, name)
    .flatMap((person) => readNumber(field(person, 'id')) ?? [])
    .sort((one, other) => one - other);
}

/** Values of custom fields by field id, people and tasks as their ids. */
function readFieldValues(task: unknown): Record<string, JsonValue> {
  const values: Array<[string, JsonValue]> = [];
  for (const customField of listField(task, 'custom_fields')) {
    const id = textField(customField, 'id');
    const value = field(customField, 'value');
    if (id === null || value === undefined || value === null || !isSoundJson(value)) continue;
    values.push([id, compactValue(value)]);
  }
  return Object.fromEntries(values);
}

function compactValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return compactText(value);
  if (!Array.isArray(value)) return value;
  return value.map((member: JsonValue) => textField(member, 'id') ?? member);
}
