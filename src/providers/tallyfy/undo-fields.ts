/** Values of form fields as they were before, as a row that sets them again. */
import type { JsonValue } from '../../json.js';
import type { TargetView } from '../target.js';
import { listCell, type UndoRow } from '../undo.js';
import { encodeValue } from './field-values.js';
import { type FieldArgs, fieldChanges, planFieldWrites } from './field-writes.js';
import type { FormField } from './form-fields.js';

export interface FormerFields {
  /** Null where there is nothing to set or to empty. */
  readonly row: UndoRow | null;
  readonly lost: readonly string[];
}

/** The fields that a row wrote, with what they held when the task was read. */
export function formerFields(taskId: string, args: FieldArgs, view: TargetView): FormerFields {
  const writes = planFieldWrites(args, view);
  if (!writes.ok) return { row: null, lost: ['the values of its form fields'] };
  const changed = writes.value.filter((write) => fieldChanges([write]).length > 0).map((write) => write.field);
  return fieldsRow(
    taskId,
    changed.map((field) => [field.id, field]),
  );
}

/** @param fields each with the name by which the row is to call it; what holds nothing is emptied. */
export function fieldsRow(
  taskId: string | null,
  fields: ReadonlyArray<readonly [name: string, field: FormField]>,
): FormerFields {
  const values: Array<readonly [string, JsonValue]> = [];
  const clear: string[] = [];
  const lost: string[] = [];
  for (const [name, field] of fields) {
    if (field.value === undefined) clear.push(name);
    else if ('reason' in encodeValue(field, field.value)) lost.push(`the value of the form field "${field.label}"`);
    else values.push([name, field.value]);
  }
  if (values.length === 0 && clear.length === 0) return { row: null, lost };
  const cells = {
    ...(taskId === null ? {} : { task_id: taskId }),
    ...(values.length === 0 ? {} : { fields: JSON.stringify(Object.fromEntries(values)) }),
    ...(clear.length === 0 ? {} : { clear: listCell(clear) }),
  };
  const row = { operation: 'set-fields', values: cells };
  return { row: taskId === null ? { ...row, ofMade: 'task_id' } : row, lost };
}
