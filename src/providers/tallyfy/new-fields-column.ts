import { z } from 'zod';
import type { JsonValue } from '../../json.js';
import type { ColumnFacts } from '../columns.js';
import { isSoundJson } from '../reading.js';
import { parseJsonCell } from './json-cell.js';

/** Types by tallyfy/mcp-public, fastmcp_types.py (2026-08-07); the longer list of a page of the documentation is not followed. */
export const fieldTypes = [
  'text',
  'textarea',
  'radio',
  'dropdown',
  'multiselect',
  'date',
  'email',
  'file',
  'table',
  'assignees_form',
] as const;

const jsonValue = z.custom<JsonValue>(isSoundJson, 'has a column that is nested too deep');

/** Says which key is not known, in place of zod's own words. */
const unknownKeys = {
  error: (issue: { readonly code?: string; readonly keys?: readonly string[] }) =>
    issue.code === 'unrecognized_keys' ? `has ${(issue.keys ?? []).join(', ')}, which no field has` : 'has no object',
};

const optionSchema = z.strictObject(
  {
    id: z.int('needs a whole number as the id of each option'),
    text: z.string('needs a text for each option').min(1, 'has an option without a text').max(1_000),
  },
  unknownKeys,
);

const fieldSchema = z.strictObject(
  {
    label: z.string('needs a label for each field').min(1, 'has a field without a label').max(600),
    field_type: z.enum(fieldTypes, `needs a field_type for each field, one of ${fieldTypes.join(', ')}`),
    required: z.boolean('needs required, true or false, for each field'),
    options: z.array(optionSchema, 'has options that are no list').max(1_000).optional(),
    columns: z.array(jsonValue, 'has columns that are no list').max(100).optional(),
    guidance: z.string('has a guidance that is no text').max(10_000).optional(),
    position: z.int('has a position that is no whole number').min(0).optional(),
  },
  unknownKeys,
);

/**
 * Form fields of a new task, as a JSON array. Tallyfy does not check their options there (task_management.py of
 * tallyfy/mcp-public, 2026-08-07), and a choice without options can never be made, so they are checked here.
 */
export function newFieldsColumn(facts: ColumnFacts) {
  const fix =
    'Write a JSON array of objects with label, field_type and required; choices with options, tables with columns.';
  const schema = z.preprocess(
    parseJsonCell,
    z.array(fieldSchema, 'is not a JSON array of fields').max(100, 'has more than 100 fields').superRefine(checkFields),
  );
  return schema.meta({ description: facts.about, column: { fix, ...facts, kind: 'form fields' } });
}

function checkFields(fields: ReadonlyArray<z.output<typeof fieldSchema>>, context: z.RefinementCtx): void {
  for (const { label, field_type, options = [], columns = [] } of fields) {
    const needed = field_type === 'radio' ? 2 : field_type === 'dropdown' || field_type === 'multiselect' ? 1 : 0;
    const message =
      options.length < needed
        ? `needs ${needed} options at least for the field "${label}", {"id": 1, "text": …} each`
        : field_type === 'table' && columns.length === 0
          ? `needs columns for the table "${label}"`
          : new Set(options.map((option) => option.id)).size < options.length
            ? `has two options with the same id in the field "${label}"`
            : null;
    if (message !== null) context.addIssue({ code: 'custom', message });
  }
}
