/** An operation's columns as a person needs to know them, all from its one schema. */
import { z } from 'zod';
import { requiredColumns } from '../plan/column-map.js';
import { columnFacts } from '../providers/columns.js';
import type { CatalogueEntry } from '../providers/provider.js';
import type { ColumnText } from '../ui/operations-text.js';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

export function columnsOf(entry: CatalogueEntry): ColumnText[] {
  const required = new Set(requiredColumns(entry));
  const { properties = {} } = rowJsonSchema(entry);
  return Object.entries(entry.schema.shape).map(([name, schema]) => {
    const facts = columnFacts(schema);
    return {
      name,
      kind: facts?.kind ?? 'text',
      required: required.has(name),
      about: facts?.about ?? '',
      bounds: boundsOf(properties[name] ?? {}),
      aliases: facts?.aliases ?? [],
      example: facts?.example ?? '',
    };
  });
}

/** The bounds of a value in words, from the JSON Schema that says the same. */
function boundsOf(schema: JsonSchema | boolean): string | null {
  if (typeof schema === 'boolean') return null;
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, items } = schema;
  // That a text is not empty goes without saying: an empty cell is none.
  const length = rangeOf(minLength === 1 ? undefined : minLength, maxLength, ' characters');
  const size = rangeOf(minimum, maximum, '');
  const count = rangeOf(minItems, maxItems, ' values');
  const each = items === undefined || Array.isArray(items) ? null : boundsOf(items);
  const told = [length, size, count, each === null ? null : `each ${each}`].filter((part) => part !== null);
  return told.length === 0 ? null : told.join(', ');
}

function rangeOf(least: number | undefined, most: number | undefined, unit: string): string | null {
  const [from, to] = [least, most].map((bound) =>
    // The ends of what a number can hold are what zod writes where nobody set a bound.
    bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? null : bound.toLocaleString('en'),
  );
  if (typeof from === 'string' && typeof to === 'string') return `${from} to ${to}${unit}`;
  if (typeof from === 'string') return `at least ${from}${unit}`;
  return typeof to === 'string' ? `at most ${to}${unit}` : null;
}

/** What a row may look like as JSON, for editors and generators of manifests; other columns are carried along. */
export function rowJsonSchema(entry: CatalogueEntry): JsonSchema {
  return z.toJSONSchema(z.looseObject(entry.schema.shape), {
    io: 'output',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const facts = columnFacts(zodSchema);
      if (facts === null) return;
      delete jsonSchema.column;
      if (facts.kind === 'id') jsonSchema.type = 'string';
      jsonSchema.examples = [facts.example];
    },
  });
}
