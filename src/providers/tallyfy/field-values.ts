/**
 * Values of form fields as each type of field wants them: shapes by the complete and update pages of the API
 * documentation, traps by task_management.py and field_value_encoding.py of tallyfy/mcp-public (2026-08-07).
 */
import { field, isObject, type JsonValue, listField, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import { isSoundJson } from '../reading.js';
import { readMoment } from './date-column.js';
import { type FieldOption, type FormField, isEmptyValue } from './form-fields.js';
import { parseJsonCell, readListCell } from './json-cell.js';
import { isEmail, nobody, readOwners, sayOwners } from './owners.js';
import { plainText } from './task-details.js';

/** The value to send, or why it can't be the field's. */
export type Encoded = { readonly value: JsonValue } | { readonly reason: string };

/** The documentation's figure; an older note has 255. */
const longestText = 200;
const longestTextarea = 30_000;

interface FieldType {
  readonly encode: (field: FormField, given: JsonValue) => Encoded;
  /** A value in a form in which equal ones are equal texts. */
  readonly say: (value: JsonValue) => string;
  readonly empty: JsonValue;
}

const sayText = (value: JsonValue): string =>
  typeof value === 'object' ? JSON.stringify(value) : plainText(`${value}`);

const types: Readonly<Record<string, FieldType>> = {
  text: { encode: (_field, given) => encodeText(given, longestText), say: sayText, empty: '' },
  textarea: { encode: (_field, given) => encodeText(given, longestTextarea), say: sayText, empty: '' },
  email: {
    encode: (_field, given) => (isEmail(given) ? { value: given } : { reason: 'is no e-mail' }),
    say: sayText,
    empty: '',
  },
  date: { encode: (_field, given) => encodeDate(given), say: sayDate, empty: '' },
  radio: {
    encode: (field, given) => {
      const option = findOption(field, given);
      return option === null ? noOption(field) : { value: option.text };
    },
    say: (value) => textField(value, 'text') ?? sayText(value),
    empty: '',
  },
  dropdown: {
    encode: (field, given) => {
      const option = findOption(field, parseJsonCell(given));
      return option === null ? noOption(field) : { value: { id: option.id, text: option.text } };
    },
    say: (value) => textField(value, 'text') ?? sayText(value),
    empty: null,
  },
  multiselect: { encode: encodeMultiselect, say: sayMultiselect, empty: [] },
  table: { encode: encodeTable, say: (value) => JSON.stringify(value), empty: [] },
  file: { encode: (_field, given) => encodeFiles(given), say: sayFiles, empty: [] },
  assignees_form: {
    encode: (_field, given) => encodeAssignees(given),
    say: (value) => sayOwners(readOwners(value) ?? nobody),
    empty: { users: [], guests: [], groups: [] },
  },
};

export function encodeValue(field: FormField, given: JsonValue): Encoded {
  const type = Object.hasOwn(types, field.type) ? types[field.type] : undefined;
  return type?.encode(field, given) ?? { reason: `can't be written, for fields of type ${field.type} are not known` };
}

/** What empties the field. */
export function emptyValue(field: FormField): JsonValue {
  return Object.hasOwn(types, field.type) ? (types[field.type]?.empty ?? null) : '';
}

/** The value for people, and for comparing; null when there is none. */
export function sayValue(field: FormField, value: JsonValue | undefined): string | null {
  if (value === undefined || isEmptyValue(value)) return null;
  const type = Object.hasOwn(types, field.type) ? types[field.type] : undefined;
  const said = (type?.say ?? sayText)(value);
  return said === '' ? null : said;
}

function encodeText(given: JsonValue, longest: number): Encoded {
  if (typeof given === 'object') return { reason: 'is no text' };
  const value = String(given);
  return value.length > longest ? { reason: `is longer than ${longest.toLocaleString('en')} characters` } : { value };
}

/** A day stays a day. */
function encodeDate(given: JsonValue): Encoded {
  const read = readMoment(given);
  if ('reason' in read) return read;
  const isDay = typeof given === 'string' && given.trim().length === 10;
  return { value: isDay ? read.moment.slice(0, 10) : read.moment };
}

function sayDate(value: JsonValue): string {
  const iso = isoFromText(value);
  if (iso === null) return sayText(value);
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
}

/** By text, by id, or by an object that holds them; both must be an option's when both are there. */
function findOption(one: FormField, given: unknown): FieldOption | null {
  const text = isObject(given) ? textField(given, 'text') : typeof given === 'string' ? given.trim() : null;
  const id = isObject(given) ? field(given, 'id') : typeof given === 'number' ? given : undefined;
  if (text === null && id === undefined) return null;
  const fits = (option: FieldOption) =>
    (text === null || option.text.trim() === text.trim()) && (id === undefined || String(option.id) === String(id));
  return one.options.find(fits) ?? null;
}

function noOption({ options }: FormField): { readonly reason: string } {
  const texts = options.map((option) => option.text).join(', ');
  return { reason: texts === '' ? 'is none, for the field tells no options' : `is none of its options: ${texts}` };
}

/** Without `selected: true` a value is saved and shown as empty. */
function encodeMultiselect(one: FormField, given: JsonValue): Encoded {
  const asked = isObject(given) ? [given] : readListCell(given);
  const chosen: FieldOption[] = [];
  for (const item of asked) {
    if (field(item, 'selected') === false) continue;
    const option = findOption(one, item);
    if (option === null) return { reason: `has ${JSON.stringify(item)}, which ${noOption(one).reason}` };
    if (!chosen.includes(option)) chosen.push(option);
  }
  if (chosen.length === 0) return { reason: 'chooses nothing' };
  return { value: chosen.map(({ id, text }) => ({ id, text, selected: true })) };
}

function sayMultiselect(value: JsonValue): string {
  const chosen = Array.isArray(value) ? value.filter((item) => field(item, 'selected') !== false) : [];
  return chosen
    .map((item) => textField(item, 'text') ?? String(item))
    .sort()
    .join('; ');
}

/** One entry a column; another number of them is refused with 422. */
function encodeTable(one: FormField, given: JsonValue): Encoded {
  const cells = readListCell(given).filter(isSoundJson);
  if (one.columns > 0 && cells.length !== one.columns) {
    return { reason: `has ${cells.length} entries, and the table ${one.columns} columns` };
  }
  return cells.length === 0 ? { reason: 'has no entries' } : { value: cells };
}

/** Objects as the upload of a file gave them; a bare address is refused by Tallyfy. */
function encodeFiles(given: JsonValue): Encoded {
  const parsed = parseJsonCell(given);
  const files = Array.isArray(parsed) ? parsed : [parsed];
  const isFile = (file: unknown) => ['url', 'full_url', 'id'].some((key) => (textField(file, key) ?? '') !== '');
  if (!files.every(isFile) || !isSoundJson(files)) {
    return { reason: 'is no list of files, each {"url", "filename", "source"} with url, full_url or id' };
  }
  return { value: files };
}

function sayFiles(value: JsonValue): string {
  const files = Array.isArray(value) ? value : [value];
  return files
    .map((file) => textField(file, 'filename') ?? textField(file, 'url') ?? textField(file, 'full_url') ?? 'file')
    .join('; ');
}

function encodeAssignees(given: JsonValue): Encoded {
  const parsed = parseJsonCell(given);
  const owners = readOwners(parsed);
  if (owners === null || sayOwners(owners) === '') return { reason: 'is no object of users, guests and groups' };
  const stranger = listField(parsed, 'guests').find((guest) => !isEmail(guest));
  if (stranger !== undefined) return { reason: `has the guest ${JSON.stringify(stranger)}, which is no e-mail` };
  return { value: { users: owners.users, guests: owners.guests, groups: owners.groups } };
}
