import type { JsonValue } from '../service.js';
import { parseDate } from './dates.js';
import { isRecord, toJson } from './json.js';
import { hasAssignee } from './owners.js';
import type { FieldType, FormField } from './state.js';

const MAX_TEXT = 200;
const MAX_TEXTAREA = 30_000;

/** What a sent value does to a field. */
export type FieldChange =
  | { readonly kind: 'set'; readonly value: JsonValue }
  | { readonly kind: 'clear' }
  | { readonly kind: 'refused'; readonly message: string };

/** Judges a value sent for a field by the rules of the field's type. Empty values clear a field. */
export function readFieldValue(field: FormField, value: unknown): FieldChange {
  if (isEmpty(value)) {
    if (field.fieldType === 'table' && value === '') return refuse(field, 'must be an array');
    return { kind: 'clear' };
  }
  const message = checks[field.fieldType](field, value);
  return message === undefined ? { kind: 'set', value: toJson(value) } : { kind: 'refused', message };
}

/** Whether a required field counts as filled: a multiselect needs an option that says `selected: true`. */
export function isFilled(field: FormField, value: JsonValue | undefined): boolean {
  if (value === undefined || isEmpty(value)) return false;
  if (field.fieldType === 'multiselect') {
    return Array.isArray(value) && value.some((item) => isRecord(item) && item.selected === true);
  }
  return field.fieldType === 'assignees_form' ? hasAssignee(value) : true;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function refuse(field: FormField, rule: string): FieldChange {
  return { kind: 'refused', message: say(field, rule) };
}

function say(field: FormField, rule: string): string {
  return `The ${field.label} ${rule}.`;
}

type Check = (field: FormField, value: unknown) => string | undefined;

const checks: Readonly<Record<FieldType, Check>> = {
  text(field, value) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return say(field, 'must be a string');
    return String(value).length > MAX_TEXT ? say(field, `may not be greater than ${MAX_TEXT} characters`) : undefined;
  },
  textarea(field, value) {
    if (typeof value !== 'string') return say(field, 'must be a string');
    return value.length > MAX_TEXTAREA ? say(field, `may not be greater than ${MAX_TEXTAREA} characters`) : undefined;
  },
  date: (field, value) => (parseDate(value) === undefined ? say(field, 'is not a valid date') : undefined),
  // The service stores whatever it gets here, even an object that wraps the address.
  email: (field, value) => (typeof value === 'string' || isRecord(value) ? undefined : say(field, 'must be a string')),
  radio(field, value) {
    const known = field.options.some((option) => isRecord(option) && option.text === value);
    return typeof value === 'string' && known ? undefined : say(field, 'must be the text of one of its options');
  },
  dropdown: (field, value) =>
    isOption(field, value) ? undefined : say(field, 'must be one of its options, id and text'),
  multiselect: (field, value) =>
    Array.isArray(value) && value.every((item) => isOption(field, item))
      ? undefined
      : say(field, 'must be a list of its options, id and text'),
  table(field, value) {
    if (!Array.isArray(value)) return say(field, 'must be an array');
    return value.length === field.columns.length ? undefined : 'Number of columns does not match required columns';
  },
  file: (field, value) =>
    Array.isArray(value) && value.every(isFile)
      ? undefined
      : say(field, 'must be a list of files, each with a url or an id'),
  assignees_form: (field, value) =>
    isRecord(value) &&
    [value.users, value.guests, value.groups].every((list) => list === undefined || Array.isArray(list))
      ? undefined
      : say(field, 'must be an object of users, guests and groups'),
};

function isOption(field: FormField, value: unknown): boolean {
  return (
    isRecord(value) &&
    field.options.some((option) => isRecord(option) && option.id === value.id && option.text === value.text)
  );
}

function isFile(value: unknown): boolean {
  return isRecord(value) && ['url', 'full_url', 'id'].some((key) => !isEmpty(value[key]));
}
