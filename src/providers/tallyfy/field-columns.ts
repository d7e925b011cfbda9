/** The columns in which rows name form fields and their values. */
import { z } from 'zod';
import { isObject, type JsonObject } from '../../json.js';
import { type ColumnFacts, list } from '../columns.js';
import { isSoundJson } from '../reading.js';
import { isEmptyValue } from './form-fields.js';
import { parseJsonCell } from './json-cell.js';

/** Tasks have fewer fields by far. */
const mostFields = 200;

/** Values by field: a JSON object, or columns `fields.<id, label or alias>`. */
export function fieldsColumn(facts: ColumnFacts) {
  const fix = 'Write a JSON object of values by field, or use one column a field: fields.<label>.';
  const schema = z.unknown().transform((value, context): JsonObject => {
    const read = readFieldValues(value);
    if ('fields' in read) return read.fields;
    context.addIssue({ code: 'custom', message: read.reason });
    return z.NEVER;
  });
  const output = z.custom<JsonObject>(isSoundJson);
  return schema.pipe(output).meta({ description: facts.about, column: { fix, ...facts, kind: 'fields' } });
}

function readFieldValues(value: unknown): { readonly fields: JsonObject } | { readonly reason: string } {
  if (value === undefined || value === null || value === '') return { reason: 'is empty' };
  const parsed = parseJsonCell(value);
  if (!isObject(parsed)) return { reason: 'is not a JSON object of values by field' };
  const entries = Object.entries(parsed);
  if (entries.length === 0) return { reason: 'names no field' };
  if (entries.length > mostFields) return { reason: `names more than ${mostFields} fields` };
  for (const [name, given] of entries) {
    // As an own key it would be lost when the row is stored and read again.
    if (name.trim() === '' || name === '__proto__') return { reason: `has "${name}", which can be no field` };
    if (isEmptyValue(given)) return { reason: `has no value for "${name}"; to empty a field, name it in clear` };
  }
  return isSoundJson(parsed) && isObject(parsed) ? { fields: parsed } : { reason: 'is nested too deep' };
}

export const clearFieldsColumn = list(
  {
    about: 'Form fields to empty, by id, label or alias.',
    example: 'Comment;Amount',
    fix: 'Write the names of fields with ; between them.',
  },
  z.string().trim().min(1, 'has an empty name').max(1_000, 'has a name that is too long'),
  { max: mostFields },
).optional();
