/** Values of custom fields as they were before, as cells that set them again. */
import { field, type JsonObject, type JsonValue, listField, textField } from '../../json.js';
import { isSoundJson } from '../reading.js';
import {
  isBlankCell,
  listCell,
  notKept,
  notTakenBack,
  type SeenPast,
  takenBackBy,
  type Undoing,
  type UndoRow,
} from '../undo.js';
import { namesOf } from './undo-task.js';

/** What a field held. */
export type FormerValue =
  | { readonly kind: 'value'; readonly cell: string; readonly lost: readonly string[] }
  | { readonly kind: 'empty' }
  /** It held something that can't be set. */
  | { readonly kind: 'lost' };

export interface FormerField {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly held: FormerValue;
}

/** The custom fields of a task as ClickUp sent it. */
export function formerFields(raw: JsonValue): FormerField[] {
  return listField(raw, 'custom_fields').flatMap((one): FormerField[] => {
    const id = textField(one, 'id');
    const type = textField(one, 'type') ?? '';
    return id === null ? [] : [{ id, type, name: textField(one, 'name') ?? id, held: formerValue(one, type) }];
  });
}

export function undoSetField({ field: named }: { readonly field: string }, { view, raw, prepared }: SeenPast): Undoing {
  if (raw === null) return notKept;
  const fields = formerFields(raw);
  // Planning looks nothing up for a value that it does not know yet.
  const fieldId =
    textField(prepared, 'fieldId') ?? fields.find(({ id, name }) => [id, name].includes(named))?.id ?? null;
  if (fieldId === null) return notTakenBack('The id of the field is not known.');
  const found = fields.find(({ id }) => id === fieldId);
  if (found?.type === 'button') return notTakenBack('What the press of a button set off is not taken back.');
  const row = setAgain(namesOf(view), fieldId, found?.held ?? { kind: 'empty' });
  if (row === null) return notTakenBack(`What the field "${found?.name ?? fieldId}" held can't be set.`);
  return takenBackBy([row], found?.held.kind === 'value' ? found.held.lost : []);
}

export function setAgain(names: Readonly<Record<string, string>>, id: string, held: FormerValue): UndoRow | null {
  if (held.kind === 'lost') return null;
  const value = held.kind === 'value' ? { value: held.cell } : { clear: 'yes' };
  return { operation: 'set-field', values: { ...names, field: id, ...value } };
}

/** As a create takes them, in one cell; null where there are none. */
export function fieldsCell(fields: readonly FormerField[]): string | null {
  const set = fields.flatMap(({ id, held }) => (held.kind === 'value' ? [[id, held.cell] as const] : []));
  return set.length === 0 ? null : JSON.stringify(Object.fromEntries(set));
}

function formerValue(one: unknown, type: string): FormerValue {
  const value = field(one, 'value');
  if (value === undefined || value === null || !isSoundJson(value)) return { kind: 'empty' };
  if (Array.isArray(value) && value.length === 0) return { kind: 'empty' };
  const cell = cellOf(value, type, field(one, 'type_config'));
  if (cell === null) return { kind: 'lost' };
  if (isBlankCell(cell)) return type.endsWith('text') ? { kind: 'empty' } : { kind: 'lost' };
  return { kind: 'value', cell, lost: type === 'date' ? ['whether the date had a time of day'] : [] };
}

/** Null for what can't be set. */
function cellOf(value: JsonValue, type: string, config: unknown): string | null {
  switch (type) {
    case 'url':
    case 'email':
    case 'phone':
    case 'text':
    case 'short_text':
    case 'number':
    case 'currency':
    case 'emoji':
    case 'checkbox':
      return typeof value === 'object' ? null : String(value);
    case 'date':
      return typeof value !== 'object' && /^\d{9,15}$/.test(String(value)) ? String(value) : null;
    case 'manual_progress':
      return textField(value, 'current');
    case 'drop_down':
      return optionId(value, config);
    case 'labels':
    case 'users':
    case 'tasks':
    case 'list_relationship':
    case 'files':
    case 'attachment':
      return Array.isArray(value) ? membersCell(value) : null;
    case 'location':
      return locationCell(value);
    default:
      return null;
  }
}

/** A drop-down's value is the option's place among the options, or its id. */
function optionId(value: JsonValue, config: unknown): string | null {
  const options = listField(config, 'options');
  const found = options.find(
    (option, at) =>
      textField(option, 'id') === value || (textField(option, 'orderindex') ?? String(at)) === String(value),
  );
  return textField(found, 'id');
}

function membersCell(members: readonly JsonValue[]): string | null {
  const ids = members.map((member) => (typeof member === 'string' ? member : textField(member, 'id')));
  return ids.includes(null) ? null : listCell(ids.filter((id) => id !== null));
}

function locationCell(value: JsonValue): string | null {
  const point = field(value, 'location');
  const address = textField(value, 'formatted_address');
  const [lat, lng] = [field(point, 'lat'), field(point, 'lng')];
  if (typeof lat !== 'number' || typeof lng !== 'number' || address === null) return null;
  const location: JsonObject = { location: { lat, lng }, formatted_address: address };
  return JSON.stringify(location);
}
