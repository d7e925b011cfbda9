import type { JsonValue } from '../service.js';
import { isRecord } from './call.js';
import type { Field, FieldOption } from './model.js';
import { refuse } from './refusal.js';
import { showUser } from './show-task.js';
import type { ClickUpState } from './state.js';

/**
 * Turns a value as it is sent into the value as it is read, by the field's type.
 *
 * @param before the value held so far, in the form in which it is read.
 * @returns null when the value clears the field.
 * @throws Refusal 400 FIELD_342 for a value of the wrong type, FIELD_011 for an unknown option, and 500 FIELD_017 for a
 * date that is no number: a permanent refusal in spite of its status.
 */
export function readFieldValue(
  state: ClickUpState,
  field: Field,
  value: unknown,
  before: JsonValue | undefined,
): JsonValue | null {
  if (value === null) return null;
  switch (field.type) {
    case 'url':
    case 'email':
    case 'phone':
    case 'text':
    case 'short_text':
      return typeof value === 'string' ? value : invalid();
    case 'number':
    case 'currency':
      return isNumber(value) ? String(value) : invalid();
    case 'date':
      return isNumber(value) ? String(value) : refuse(500, 'FIELD_017', 'Value is not a valid date');
    case 'drop_down':
      return field.options.indexOf(findOption(field, value));
    case 'labels':
      return Array.isArray(value) ? value.map((option) => findOption(field, option).id) : invalid();
    case 'users':
      return changeMembers(value, before, (id) => {
        const user = state.users.get(Number(id));
        return user === undefined ? invalid() : showUser(user);
      });
    case 'tasks':
      return changeMembers(value, before, (id) => {
        const task = state.tasks.get(String(id));
        return task === undefined ? invalid() : { id: task.id, name: task.name, status: task.status.status };
      });
    case 'files':
      return changeMembers(value, before, (id) => ({ id: String(id) }));
    case 'emoji':
      return readRating(field, value);
    case 'manual_progress':
      return isRecord(value) && isNumber(value.current) ? { current: value.current } : invalid();
    case 'location':
      return readLocation(value);
    case 'button':
      return value === true ? true : invalid();
  }
}

/** An option by UUID or by index; its label is not accepted. */
function findOption(field: Field, value: unknown): FieldOption {
  const option = field.options.find(({ id }, index) => value === id || value === index);
  return option ?? refuse(400, 'FIELD_011', 'Value must be an option index or uuid');
}

/** `{add: [], rem: []}` on the members held so far. */
function changeMembers(
  value: unknown,
  before: JsonValue | undefined,
  show: (id: unknown) => { readonly [key: string]: JsonValue },
): JsonValue {
  if (!isRecord(value) || !(Array.isArray(value.add) || Array.isArray(value.rem))) return invalid();
  const members = new Map<string, JsonValue>();
  const held: readonly JsonValue[] = Array.isArray(before) ? before : [];
  for (const member of held) members.set(memberId(member), member);
  for (const id of Array.isArray(value.add) ? value.add : []) members.set(String(id), show(id));
  for (const id of Array.isArray(value.rem) ? value.rem : []) members.delete(String(id));
  return [...members.values()];
}

function memberId(member: unknown): string {
  return isRecord(member) ? String(member.id) : '';
}

function readRating(field: Field, value: unknown): JsonValue {
  const { count } = field.typeConfig;
  const highest = typeof count === 'number' ? count : 5;
  return isNumber(value) && Number.isInteger(value) && value >= 0 && value <= highest ? value : invalid();
}

function readLocation(value: unknown): JsonValue {
  if (!isRecord(value) || !isRecord(value.location)) return invalid();
  const { lat, lng } = value.location;
  if (!isNumber(lat) || !isNumber(lng) || typeof value.formatted_address !== 'string') return invalid();
  return { location: { lat, lng }, formatted_address: value.formatted_address };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function invalid(): never {
  return refuse(400, 'FIELD_342', 'Invalid Value');
}
