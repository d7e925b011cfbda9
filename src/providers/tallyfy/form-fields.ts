/** The form fields of a task: what they are, what they hold, and which required ones are still empty. */
import { field, isObject, type JsonObject, type JsonValue, listField, textField } from '../../json.js';
import { isSoundJson } from '../reading.js';
import { readIncluded } from './included.js';

/** A form field with its value, as far as the task as read tells. */
export interface FormField {
  /** The key for `taskdata`. */
  readonly id: string;
  readonly label: string;
  readonly alias: string | null;
  readonly type: string;
  readonly options: readonly FieldOption[];
  /** How many columns a table has. */
  readonly columns: number;
  /** Undefined when it is empty or not told. */
  readonly value: JsonValue | undefined;
}

export interface FieldOption {
  readonly id: JsonValue;
  readonly text: string;
}

/** The fields of a task as Tallyfy sends it, or of the form that {@link packFormFields} made of them. */
export function readFormFields(task: unknown): FormField[] {
  const taskData = field(task, 'taskdata');
  return readIncluded(task, 'form_fields').flatMap((entry) => {
    const id = textField(entry, 'id');
    const type = textField(entry, 'field_type');
    if (id === null || type === null) return [];
    const value = told(entry, taskData).find((one) => !isEmptyValue(one));
    return [
      {
        id,
        label: textField(entry, 'label') ?? id,
        alias: textField(entry, 'alias'),
        type,
        options: listField(entry, 'options').flatMap(readOption),
        columns: listField(entry, 'columns').length,
        value: isSoundJson(value) ? value : undefined,
      },
    ];
  });
}

function readOption(option: unknown): FieldOption[] {
  const id = field(option, 'id');
  const text = textField(option, 'text');
  return text !== null && isSoundJson(id) ? [{ id, text }] : [];
}

/** The fields in a form that can be stored, and read again by {@link readFormFields}. */
export function packFormFields(task: unknown): readonly JsonObject[] {
  return readFormFields(task).map((one) => ({
    id: one.id,
    field_type: one.type,
    ...(one.label === one.id ? {} : { label: one.label }),
    ...(one.alias === null ? {} : { alias: one.alias }),
    ...(one.options.length === 0 ? {} : { options: one.options.map(({ id, text }) => ({ id, text })) }),
    ...(one.columns === 0 ? {} : { columns: Array.from({ length: one.columns }, (_none, at) => at + 1) }),
    ...(one.value === undefined ? {} : { value: one.value }),
  }));
}

/** From a stored view. */
export function viewFormFields(extra: JsonObject): FormField[] {
  return readFormFields({ form_fields: extra.formFields });
}

/**
 * Labels of the required form fields that hold no value. A field whose value the answer does not tell counts as filled:
 * a row is refused only on evidence.
 */
export function readUnfilledFields(task: unknown): string[] {
  const taskData = field(task, 'taskdata');
  return readIncluded(task, 'form_fields')
    .filter((entry) => field(entry, 'required') === true && isKnownEmpty(entry, taskData))
    .map((entry) => textField(entry, 'label') ?? textField(entry, 'id') ?? 'a field without a name');
}

function isKnownEmpty(entry: unknown, taskData: unknown): boolean {
  const values = told(entry, taskData);
  return values.length > 0 && values.every(isEmptyValue);
}

/**
 * The value is in `field_value` (tallyfy/mcp-public, task_management.py, 2026-08-07), in `value` (sample of the API
 * documentation), or in the task's `taskdata` under the field's id; any of them that holds something settles it.
 */
function told(entry: unknown, taskData: unknown): unknown[] {
  const id = textField(entry, 'id');
  const values = [field(entry, 'field_value'), field(entry, 'value'), id === null ? undefined : field(taskData, id)];
  return values.filter((value) => value !== undefined);
}

/** Whether a field that holds this counts as empty. */
export function isEmptyValue(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every((part) => Array.isArray(part) && part.length === 0);
}
