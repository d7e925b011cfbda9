/**
 * Column types for operation schemas. Each reads the text of a spreadsheet cell or the native value of JSON, and tells
 * its meaning, example and fix, so that one definition validates, documents, and prints templates and JSON Schema.
 */
import { z } from 'zod';

export interface ColumnFacts {
  /** What the column means, in a sentence. */
  readonly about: string;
  /** A value as a person would write it; used in templates. */
  readonly example: string;
  /** Other names under which seeds and official clients know it. */
  readonly aliases?: readonly string[];
  /** What to do when a value is refused; the default fits the type. */
  readonly fix?: string;
  /** Words that mean an empty cell, as the service's own export writes them: `null`. In lower case. */
  readonly blankWords?: readonly string[];
  /**
   * Whether a column of this name in the service's own export tells how the task is, in place of what is to become of it.
   * In such a file it is taken only when a job or a flag names it.
   */
  readonly presentInExport?: boolean;
}

declare module 'zod' {
  interface GlobalMeta {
    column?: ColumnFacts & { readonly fix: string; readonly kind: string };
  }
}

/** The facts of a column schema, also behind `.optional()`; null when it was not made here. */
export function columnFacts(schema: z.core.$ZodType): (ColumnFacts & { fix: string; kind: string }) | null {
  let current: z.core.$ZodType = schema;
  for (;;) {
    const found = z.globalRegistry.get(current)?.column;
    if (found !== undefined) return found;
    if (current instanceof z.ZodOptional || current instanceof z.ZodDefault) current = current.unwrap();
    else return null;
  }
}

function column<T extends z.ZodType>(kind: string, fix: string, facts: ColumnFacts, schema: T): T {
  return schema.meta({ description: facts.about, column: { ...facts, kind, fix: facts.fix ?? fix } });
}

/** Free text, as written. `max` counts UTF-16 code units, as services' limits do unless they say otherwise. */
export function text(facts: ColumnFacts, limits: { max: number; min?: number }) {
  const { max, min = 1 } = limits;
  const schema = z
    .string()
    .min(min, min === 1 ? 'is empty' : `is shorter than ${min} characters`)
    .max(max, `is longer than ${max.toLocaleString('en')} characters`);
  return column('text', `Give ${min} to ${max.toLocaleString('en')} characters.`, facts, schema);
}

/** What spreadsheets do to ids, each with the words in which it is refused. */
const spreadsheetDamage: ReadonlyArray<readonly [RegExp, string]> = [
  // With a sign or a decimal mark, as spreadsheets write it: `86e12345` is an id of ClickUp.
  [
    /^[+-]?(\d+[.,]\d+E[+-]?\d+|\d+E[+-]\d+)$/i,
    'was turned into scientific notation by a spreadsheet; the digits are lost',
  ],
  [/^#(REF!|N\/A|NAME\?|VALUE!|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|#+)$/i, 'is a spreadsheet error, not a value'],
  [/[\u2018\u2019\u201A\u201C\u201D\u201E\u00AB\u00BB]/, 'holds curly quotes, which a text program put in'],
  [/^[\u2010-\u2015\u2212]|[\u2010-\u2015\u2212]/, 'holds a typographic dash in place of a hyphen'],
  [/[\u200B-\u200F\u2060\uFEFF\u00AD]/, 'holds invisible characters'],
];

/** In nothing but these does any of the above show. */
const undamaged = /^\w+$/;

/** Says by name what a spreadsheet or text program did to an id; null when nothing shows. */
export function namedDamage(value: string): string | null {
  if (undamaged.test(value)) return null;
  return spreadsheetDamage.find(([pattern]) => pattern.test(value))?.[1] ?? null;
}

export interface IdentifierRules {
  /** Takes the trimmed text; gives the id in its normal form, or the reason why it is none. */
  readonly parse: (value: string) => { readonly id: string } | { readonly reason: string };
}

/** An id of the service. Surrounding blanks are dropped; spreadsheet damage is refused by name. */
export function identifier(facts: ColumnFacts, rules: IdentifierRules) {
  const schema = z.preprocess(
    (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value),
    z.string().transform((value, context) => {
      const trimmed = value.trim();
      const refuse = (message: string): typeof z.NEVER => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      if (trimmed === '') return refuse('is empty');
      const damage = namedDamage(trimmed);
      if (damage !== null) return refuse(damage);
      const parsed = rules.parse(trimmed);
      return 'id' in parsed ? parsed.id : refuse(parsed.reason);
    }),
  );
  const fix = 'Copy the id from the service again; format the column as text before pasting.';
  return column('id', fix, facts, schema);
}

const trueWords = new Set(['true', 'yes', '1']);
const falseWords = new Set(['false', 'no', '0']);

/** true/false/yes/no/1/0, in any case. */
export function flag(facts: ColumnFacts) {
  const schema = z.preprocess((value) => {
    const word = typeof value === 'string' ? value.trim().toLowerCase() : typeof value === 'number' ? `${value}` : null;
    if (word === null) return value;
    return trueWords.has(word) ? true : falseWords.has(word) ? false : value;
  }, z.boolean('is neither true nor false'));
  return column('boolean', 'Write true or false (yes/no and 1/0 are taken too).', facts, schema);
}

/** A whole number between `min` and `max`, both included. */
export function integer(facts: ColumnFacts, limits: { min: number; max: number }) {
  const range = `a whole number from ${limits.min} to ${limits.max}`;
  const schema = z.preprocess(
    (value) => (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value),
    z.int(`is not ${range}`).min(limits.min, `is not ${range}`).max(limits.max, `is not ${range}`),
  );
  return column('integer', `Write ${range}.`, facts, schema);
}

/** One of a few words; case does not matter. */
export function oneOf<const Words extends readonly [string, ...string[]]>(facts: ColumnFacts, words: Words) {
  const schema = z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
    z.enum(words, `is none of ${words.join(', ')}`),
  );
  return column('choice', `Write one of ${words.join(', ')}.`, facts, schema);
}

/** Several values: `a;b` in a cell, or a JSON array. Empty parts are dropped. */
export function list<Item extends z.ZodType>(facts: ColumnFacts, item: Item, limits: { max: number }) {
  const schema = z.preprocess(readList, z.array(item).max(limits.max, `has more than ${limits.max} entries`));
  return column('list', 'Write the values with ; between them, or a JSON array.', facts, schema);
}

function readList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (trimmed.startsWith('[')) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return value;
    }
  }
  return trimmed
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
