/** The form fields of a task: which required ones are still empty, as far as the task as read tells. */
import { field, isObject, textField } from '../../json.js';
import { readIncluded } from './included.js';

/**
 * Labels of the required form fields that hold no value. A field whose value the answer does not tell counts as filled:
 * a row is refused only on evidence.
 *
 * The value is in `field_value` (tallyfy/mcp-public, task_management.py, 2026-08-07), in `value` (sample of the API
 * documentation), or in the task's `taskdata` under the field's id; any of them that holds something settles it.
 */
export function readUnfilledFields(task: unknown): string[] {
  const taskData = field(task, 'taskdata');
  return readIncluded(task, 'form_fields')
    .filter((entry) => field(entry, 'required') === true && isKnownEmpty(entry, taskData))
    .map((entry) => textField(entry, 'label') ?? textField(entry, 'id') ?? 'a field without a name');
}

function isKnownEmpty(entry: unknown, taskData: unknown): boolean {
  const id = textField(entry, 'id');
  const told = [field(entry, 'field_value'), field(entry, 'value'), id === null ? undefined : field(taskData, id)];
  const known = told.filter((value) => value !== undefined);
  return known.length > 0 && known.every(isEmpty);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
