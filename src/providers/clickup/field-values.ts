/**
 * Values of custom fields: from what a row says to what ClickUp takes, by the field's type (API documentation, custom
 * fields, and published v2 document, 2026-07-30), and whether a task holds it already.
 */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, isObject, type JsonObject, type JsonValue } from '../../json.js';
import type { FieldDefinition, FieldOption } from './fields.js';
import { compactText } from './task-facts.js';
import { isSameDate, readDate, sendDate } from './value-columns.js';

/** A value ready to be sent. */
export interface FieldWrite {
  /** `{value}`, for dates with `value_options`. */
  readonly body: JsonObject;
  /** For people. */
  readonly shown: string;
  /** What the field holds then, in the form of task facts; undefined where it can't be told. */
  readonly leaves: JsonValue | undefined;
  /** Whether the value that is held, in the form of task facts, is this one; null where that can't be told. */
  isHeld(held: JsonValue | undefined): boolean | null;
}

/** Ids of the people and tasks that a value names; looked up before, since that takes requests. */
export type MemberIds = (names: readonly string[]) => Promise<Result<ReadonlyArray<string | number>>>;

/**
 * @param held what the task holds, in the form of task facts: people and tasks are added to it and taken out of it, so
 * that those of the row remain.
 */
export async function toFieldWrite(
  definition: FieldDefinition,
  value: JsonValue,
  held: JsonValue | undefined,
  memberIds: MemberIds,
): Promise<Result<FieldWrite>> {
  switch (definition.type) {
    case 'url':
    case 'email':
    case 'phone':
    case 'text':
    case 'short_text':
      return textWrite(definition, value);
    case 'number':
    case 'currency':
      return numberWrite(
        definition,
        value,
        (number) => number,
        (now) => readNumber(now),
      );
    case 'emoji':
      return ratingWrite(definition, value);
    case 'manual_progress':
      return numberWrite(
        definition,
        value,
        (current) => ({ current }),
        (now) => readNumber(field(now, 'current')),
      );
    case 'date':
      return dateWrite(definition, value);
    case 'checkbox':
      return checkboxWrite(definition, value);
    case 'drop_down':
      return dropDownWrite(definition, value);
    case 'labels':
      return labelsWrite(definition, value);
    case 'users':
    case 'tasks':
    case 'list_relationship':
    case 'files':
    case 'attachment':
      return membersWrite(definition, value, held, memberIds);
    case 'location':
      return locationWrite(definition, value);
    case 'button':
      return isTrue(value)
        ? succeed(plain(true, 'pressed', () => null, undefined))
        : refuse(definition, 'a button takes true alone');
    default:
      return fail(notSettable(definition));
  }
}

function plain(
  value: JsonValue,
  shown: string,
  isHeld: FieldWrite['isHeld'],
  leaves: JsonValue | undefined,
  options?: JsonObject,
): FieldWrite {
  return { body: { value, ...(options === undefined ? {} : { value_options: options }) }, shown, leaves, isHeld };
}

function textWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  if (typeof value === 'object') return refuse(definition, 'it takes a text');
  const text = String(value);
  return succeed(plain(text, text, (held) => held === compactText(text), compactText(text)));
}

function numberWrite(
  definition: FieldDefinition,
  value: JsonValue,
  wrap: (number: number) => JsonValue,
  unwrap: (held: unknown) => number | null,
): Result<FieldWrite> {
  const number = readNumber(isObject(value) ? field(value, 'current') : value);
  if (number === null) return refuse(definition, 'it takes a number');
  return succeed(plain(wrap(number), String(number), (held) => unwrap(held) === number, wrap(number)));
}

function ratingWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  const highest = definition.highest ?? 5;
  const rating = readNumber(value);
  if (rating === null || !Number.isInteger(rating) || rating < 0 || rating > highest) {
    return refuse(definition, `it takes a whole number from 0 to ${highest}`);
  }
  return succeed(plain(rating, String(rating), (held) => readNumber(held) === rating, rating));
}

/** A date as text is answered with 500 FIELD_017, so it is always sent in ms. */
function dateWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  const date = typeof value === 'string' || typeof value === 'number' ? readDate(String(value).trim()) : null;
  if (date === null)
    return refuse(definition, 'it takes a date: 2026-12-24, 2026-12-24T15:00:00Z or Unix milliseconds');
  const { ms, hasTime } = sendDate(date);
  const isHeld = (held: JsonValue | undefined) => {
    const heldMs = readNumber(held);
    // The time of a day without one is stored as it is sent, or as four in the morning.
    return heldMs !== null && (heldMs === ms || isSameDate(date, heldMs));
  };
  return succeed(plain(ms, date, isHeld, ms, { time: hasTime }));
}

function checkboxWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  const wanted = isTrue(value);
  if (!wanted && !/^(false|no|0)$/i.test(String(value))) return refuse(definition, 'it takes true or false');
  const isHeld = (held: JsonValue | undefined) => (held === undefined ? !wanted : isTrue(held) === wanted);
  return succeed(plain(wanted, String(wanted), isHeld, wanted));
}

/** A label in place of the option's id is refused by ClickUp (400 FIELD_011). */
function dropDownWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  const option = findOption(definition, value);
  if (!option.ok) return option;
  const { id, index, label } = option.value;
  return succeed(plain(id, label, (held) => held === index || held === String(index) || held === id, index));
}

function labelsWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  const options: FieldOption[] = [];
  for (const name of readNames(value)) {
    const option = findOption(definition, name);
    if (!option.ok) return option;
    options.push(option.value);
  }
  const ids = [...new Set(options.map(({ id }) => id))];
  const shown = options.map(({ label }) => label).join(', ');
  return succeed(plain(ids, shown, (held) => isSameSet(readMembers(held), ids), ids));
}

/** Options by label, without regard to case, or by id. */
function findOption(definition: FieldDefinition, value: JsonValue): Result<FieldOption> {
  const key = String(value).trim().toLowerCase();
  const byLabel = definition.options.filter(({ label }) => label.trim().toLowerCase() === key);
  const [only, ...others] =
    byLabel.length > 0 ? byLabel : definition.options.filter(({ id }) => id.toLowerCase() === key);
  if (only === undefined) {
    const labels = definition.options.map(({ label }) => `"${label}"`).join(', ') || 'none';
    return refuse(definition, `it has no option "${String(value)}"; it has ${labels}`);
  }
  if (others.length === 0) return succeed(only);
  return refuse(definition, `it has several options "${String(value)}": ${byLabel.map(({ id }) => id).join(', ')}`);
}

/** `{add, rem}`; a plain list means exactly those. */
async function membersWrite(
  definition: FieldDefinition,
  value: JsonValue,
  held: JsonValue | undefined,
  memberIds: MemberIds,
): Promise<Result<FieldWrite>> {
  const asked = parseObject(value);
  const isChange = isObject(asked) && (Array.isArray(field(asked, 'add')) || Array.isArray(field(asked, 'rem')));
  if (isObject(asked) && !isChange) return refuse(definition, 'it takes a list, or {"add": [], "rem": []}');
  const add = await memberIds(readNames(isChange ? readPart(asked, 'add') : value));
  if (!add.ok) return add;
  const wanted = add.value.map(String);
  const gone = isChange ? await memberIds(readNames(readPart(asked, 'rem'))) : succeed(excess(held, add.value));
  if (!gone.ok) return gone;
  const isHeld = (now: JsonValue | undefined) => {
    const members = readMembers(now);
    if (!isChange) return isSameSet(members, wanted);
    return wanted.every((id) => members.includes(id)) && !gone.value.some((id) => members.includes(String(id)));
  };
  const shown = [...wanted, ...(isChange ? gone.value.map((id) => `not ${id}`) : [])].join(', ');
  const kept = readMembers(held).filter((id) => !wanted.includes(id) && !gone.value.map(String).includes(id));
  return succeed(plain({ add: add.value, rem: gone.value }, shown, isHeld, [...kept, ...wanted]));
}

/** Members that are to go, as numbers where the wanted ones are. */
function excess(held: JsonValue | undefined, wanted: ReadonlyArray<string | number>): ReadonlyArray<string | number> {
  const kept = wanted.map(String);
  const gone = readMembers(held).filter((id) => !kept.includes(id));
  return wanted.every((id) => typeof id === 'number') && gone.every((id) => /^\d{1,15}$/.test(id))
    ? gone.map(Number)
    : gone;
}

/** `{"location": {"lat", "lng"}, "formatted_address"}`, or `52.52, 13.4, Berlin`. */
function locationWrite(definition: FieldDefinition, value: JsonValue): Result<FieldWrite> {
  const parsed = parseObject(value);
  const text = typeof parsed === 'string' ? /^\s*(-?[\d.]+)\s*[,;]\s*(-?[\d.]+)\s*[,;]\s*(.+)$/s.exec(parsed) : null;
  const point = field(parsed, 'location');
  const lat = readNumber(text?.[1] ?? field(point, 'lat'));
  const lng = readNumber(text?.[2] ?? field(point, 'lng'));
  const address = text?.[3]?.trim() ?? field(parsed, 'formatted_address');
  if (lat === null || lng === null || typeof address !== 'string' || Math.abs(lat) > 90 || Math.abs(lng) > 180) {
    return refuse(definition, 'it takes latitude, longitude and address: 52.52, 13.4, Berlin');
  }
  const isHeld = (held: JsonValue | undefined) => {
    const now = field(held, 'location');
    return readNumber(field(now, 'lat')) === lat && readNumber(field(now, 'lng')) === lng;
  };
  const location = { location: { lat, lng }, formatted_address: address };
  return succeed(plain(location, `${lat}, ${lng}, ${address}`, isHeld, location));
}

/** A JSON object or array in a cell; any other text stays one. */
function parseObject(value: JsonValue): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function readPart(value: unknown, name: string): JsonValue {
  const part = field(value, name);
  return Array.isArray(part) ? part.filter((one) => typeof one === 'string' || typeof one === 'number') : [];
}

/** `a;b`, or a list. */
function readNames(value: JsonValue): readonly string[] {
  const parsed = parseObject(value);
  const parts = Array.isArray(parsed) ? parsed.map(String) : String(parsed).split(';');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function readMembers(held: JsonValue | undefined): readonly string[] {
  return Array.isArray(held) ? held.map(String) : [];
}

function isSameSet(held: readonly string[], wanted: readonly string[]): boolean {
  return new Set(held).size === new Set(wanted).size && wanted.every((id) => held.includes(id));
}

function readNumber(value: unknown): number | null {
  const text = typeof value === 'string' ? value.trim() : value;
  const number = typeof text === 'string' && /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function isTrue(value: JsonValue): boolean {
  return /^(true|yes|1)$/i.test(String(value).trim());
}

function refuse<T>(definition: FieldDefinition, lack: string): Result<T> {
  const message = `The value does not fit the custom field "${definition.name}" (${definition.type}): ${lack}.`;
  return fail(localFailure('VALIDATION', 'FIELD_VALUE_INVALID', message, 'Correct the value.'));
}

function notSettable({ name, type }: FieldDefinition): Failure {
  const message = `The custom field "${name}" is of the type ${type}, which can't be set.`;
  return localFailure('VALIDATION', 'FIELD_NOT_SETTABLE', message, 'Name another field, or change it in ClickUp.');
}
