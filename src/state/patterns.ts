/**
 * Texts that many rows have in common but for a few values of their own, as `run.db` holds them: the text once, with a
 * hole for each value, and the values with the rows. Holes are control characters, which no JSON text contains as such:
 * whatever the values are, the filled text is the one that was taken apart, byte for byte.
 */
import type { RunDatabase } from './run-database.js';
import { numberColumn } from './values.js';

export const holes = { id: '\u0001', title: '\u0002', created: '\u0003', updated: '\u0004', due: '\u0005' } as const;
export type Hole = keyof typeof holes;

/** Where every row is a case of its own, nothing is won by keeping any more of them apart. */
const mostPatterns = 2_000;
const patternsOfFewRows = 16;
/** So that no more than an eighth of the rows brings one that no other shares, for which it would be kept twice. */
const rowsOfPattern = 8;
const longestPattern = 1_500;

/** The id under which a pattern stands; null when it is too long, or there are too many. Within the caller's transaction. */
export function storePattern(database: RunDatabase, text: string): number | null {
  if (text.length > longestPattern) return null;
  const { patterns } = database.known;
  const id = patterns.get(text) ?? findPattern(database, text) ?? addPattern(database, text);
  if (id !== null) patterns.set(text, id);
  return id;
}

function findPattern(database: RunDatabase, text: string): number | null {
  return numberColumn(database.prepare('SELECT id FROM pattern WHERE text = ?').get(text), 'id');
}

function addPattern(database: RunDatabase, text: string): number | null {
  return numberColumn(
    database
      .prepare(
        `INSERT INTO pattern (text) SELECT ? WHERE (SELECT coalesce(max(id), 0) FROM pattern) < min(${mostPatterns},
           ${patternsOfFewRows} + (SELECT coalesce(max(number), 0) FROM source) / ${rowsOfPattern}) RETURNING id`,
      )
      .get(text),
    'id',
  );
}

/** The text of a pattern with its holes filled, for a query. @param values SQL for the value of each; null = left as it is. */
export function filledPattern(pattern: string, values: Readonly<Partial<Record<Hole, string>>>): string {
  let sql = `(SELECT pattern.text FROM pattern WHERE pattern.id = ${pattern})`;
  for (const [index, hole] of (['id', 'title', 'created', 'updated', 'due'] as const).entries()) {
    const value = values[hole];
    if (value !== undefined) sql = `replace(${sql}, char(${index + 1}), coalesce(${value}, ''))`;
  }
  return sql;
}

/** What a row's key says of its target behind the name of the service: an id in nearly all. */
export const namedId = `substr(source.target, instr(source.target, ':') + 1)`;

/** The values of a `source` as JSON text, for a query; null where they are not known. */
export const wholeArgs = `coalesce(source.args, ${filledPattern('source.args_pattern', { id: namedId })})`;

/** Args as JSON text, with a hole where they have what the row's key says. */
export function argsPattern(args: string, target: string): string {
  const id = target.slice(target.indexOf(':') + 1);
  return isPlain(id) ? args.replaceAll(`"${id}"`, `"${holes.id}"`) : args;
}

/** Whether a text stands for itself in JSON, as ids do. */
export function isPlain(text: string): boolean {
  return /^[\w.:-]+$/.test(text);
}
