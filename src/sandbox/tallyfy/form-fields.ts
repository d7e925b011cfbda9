import type { JsonValue } from '../service.js';
import type { Call } from './call.js';
import type { FieldReader } from './field-reader.js';
import { isRecord, toJson } from './json.js';
import { newId } from './new-id.js';
import { FIELD_TYPES, type FormField, type Task } from './state.js';

/** Reads the `form_fields` of a task to create; `label`, `field_type` and `required` are mandatory in each. */
export function readFormFields(call: Call, fields: FieldReader): readonly FormField[] {
  const list = fields.list('form_fields') ?? [];
  return list.flatMap((item, index) => readFormField(call, fields, item, index));
}

function readFormField(call: Call, fields: FieldReader, item: unknown, index: number): readonly FormField[] {
  const name = `form_fields.${index}`;
  const given = isRecord(item) ? item : {};
  const label = given.label;
  const fieldType = FIELD_TYPES.find((type) => type === given.field_type);
  const required = given.required;
  if (typeof label !== 'string' || label.trim() === '') {
    fields.refuse(`${name}.label`, `The ${name}.label field is required.`);
  }
  if (fieldType === undefined) {
    const absent = given.field_type === undefined;
    fields.refuse(
      `${name}.field_type`,
      `The ${absent ? '' : 'selected '}${name}.field_type is ${absent ? 'required' : 'invalid'}.`,
    );
  }
  if (typeof required !== 'boolean') {
    fields.refuse(`${name}.required`, `The ${name}.required field must be true or false.`);
  }
  if (typeof label !== 'string' || fieldType === undefined || typeof required !== 'boolean') return [];
  return [
    {
      id: newId(call.context.random),
      label,
      fieldType,
      required,
      options: readList(given.options),
      columns: readList(given.columns),
      guidance: typeof given.guidance === 'string' ? given.guidance : null,
      position: typeof given.position === 'number' ? given.position : index + 1,
    },
  ];
}

function readList(value: unknown): readonly JsonValue[] {
  return Array.isArray(value) ? value.map((item) => toJson(item)) : [];
}

/** A field's definition as answered; `id` is the key for `taskdata`. */
export function presentFormField(task: Task, field: FormField): { [key: string]: JsonValue } {
  return {
    id: field.id,
    task_id: task.id,
    label: field.label,
    alias: `field-${field.position}`,
    field_type: field.fieldType,
    required: field.required,
    options: field.options,
    columns: field.columns,
    guidance: field.guidance,
    position: field.position,
  };
}

/** The field with its answer, which is called `field_value`. */
export function presentAnsweredField(task: Task, field: FormField): JsonValue {
  return { ...presentFormField(task, field), field_value: task.values.get(field.id) ?? null };
}
