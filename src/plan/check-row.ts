/** One row's cells against its operation's schema. Pure. */

import type { z } from 'zod';
import { isObject, type JsonObject, toJson } from '../json.js';
import { restoreFormula } from '../manifest/formula.js';
import type { CellValues } from '../manifest/reference-cells.js';
import { referenceMark } from '../manifest/reference-text.js';
import { columnFacts } from '../providers/columns.js';
import { standInValues } from '../run/stand-in.js';
import type { Need } from '../state/row-links.js';
import { describeReferences, type RowReferences, splitValues } from './check-references.js';
import type { ColumnMap } from './column-map.js';
import type { Problem } from './problem.js';

type Cells = readonly (string | null | undefined)[];

export type CheckedCells =
  /** `references`: what the row takes from others; its `args` then hold stand-ins and must not be sent. */
  | { readonly ok: true; readonly args: JsonObject; readonly references: RowReferences | null }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly needs: readonly Need[] };

const noNeeds: readonly Need[] = [];

/** Reads, validates and coerces the cells of one row. Empty cells count as not given. */
export function checkRow(map: ColumnMap, cells: Cells, row: number, line: number): CheckedCells {
  const { values, referring, twice } = readValues(map, cells);
  const checked = referring ? checkReferring(map, values, row, line) : checkPlain(map, values, row, line);
  if (twice === null) return checked;
  const problem = twiceProblem(map, twice, row, line);
  const others = checked.ok ? [] : checked.problems.filter(({ column }) => column !== problem.column);
  const needs = checked.ok ? (checked.references?.needs ?? noNeeds) : checked.needs;
  return { ok: false, problems: inColumnOrder(map, [problem, ...others]), needs };
}

function checkPlain(map: ColumnMap, values: CellValues, row: number, line: number): CheckedCells {
  const parsed = map.entry.schema.safeParse(values);
  if (parsed.success) return { ok: true, args: toJson(parsed.data), references: null };
  const problems = parsed.error.issues.map((issue) => problemOf(map, values, issue, row, line));
  return { ok: false, problems: inColumnOrder(map, problems), needs: noNeeds };
}

/** The same for a row in which another row's id stands, or what looks like it. */
function checkReferring(map: ColumnMap, written: CellValues, row: number, line: number): CheckedCells {
  const { entry } = map;
  const split = splitValues(map, written, row, line);
  const values = split.kind === 'plain' ? split.values : standInValues(entry, split.cells);
  const needs = split.kind === 'plain' ? noNeeds : split.needs;
  const parsed = entry.schema.safeParse(values);
  const refused = split.kind === 'refused' ? split : { problems: [], columns: new Set<string>() };
  if (!parsed.success || split.kind === 'refused') {
    const issues = (parsed.error?.issues ?? []).filter(({ path }) => !refused.columns.has(String(path[0])));
    const others = issues.map((issue) => problemOf(map, written, issue, row, line));
    return { ok: false, problems: inColumnOrder(map, [...refused.problems, ...others]), needs };
  }
  const args = toJson(parsed.data);
  if (split.kind === 'plain') return { ok: true, args, references: null };
  const references = describeReferences(entry, split.cells, needs, written, args, (others) => {
    const other = entry.schema.safeParse(others);
    return other.success ? toJson(other.data) : null;
  });
  return { ok: true, args, references };
}

/** As the columns stand in the manifest; what it has no column for comes last. */
function inColumnOrder(map: ColumnMap, problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems;
  const place = ({ column }: Problem) =>
    map.cells.find((cell) => map.nameOf(cell.column) === column)?.index ?? Number.MAX_SAFE_INTEGER;
  return [...problems].sort((left, right) => place(left) - place(right));
}

/** A column of which two cells tell the same, or one the whole and another a part. */
interface Twice {
  readonly column: string;
  readonly value: string;
  /** Which of both it is, after the column's name. */
  readonly says: string;
}

interface ReadValues {
  readonly values: CellValues;
  readonly referring: boolean;
  /** The first column that is given twice: one of its cells is not among the values. */
  readonly twice: Twice | null;
}

function readValues(map: ColumnMap, cells: Cells): ReadValues {
  const values: Record<string, string | Readonly<Record<string, string>>> = {};
  let referring = false;
  let twice: Twice | null = null;
  for (const { column, index, inner, blankWords } of map.cells) {
    const written = cells[index];
    if (written === undefined || written === null || isBlank(written, blankWords)) continue;
    const cell = map.ofReport ? restoreFormula(written) : written;
    if (cell.includes(referenceMark)) referring = true;
    const known = values[column];
    const says = known === undefined ? null : saysTwice(known, inner);
    if (says !== null) twice ??= { column, value: cell, says };
    if (inner === null) values[column] = cell;
    else values[column] = { ...(isObject(known) ? known : {}), [inner]: cell };
  }
  return { values, referring, twice };
}

function saysTwice(known: string | Readonly<Record<string, string>>, inner: string | null): string | null {
  if (inner === null || !isObject(known)) return 'is given as a whole in one cell, and in part in another';
  return Object.hasOwn(known, inner) ? `has its part ${JSON.stringify(inner)} in two cells` : null;
}

function twiceProblem(map: ColumnMap, { column, value, says }: Twice, row: number, line: number): Problem {
  return {
    row,
    line,
    column: map.nameOf(column),
    value,
    reason: `${says}; only one of them could be taken`,
    fix: 'Put all of it into one cell, or each part into a column of its own.',
    code: 'GIVEN_TWICE',
  };
}

function isBlank(cell: string, words: readonly string[]): boolean {
  const trimmed = cell.trim();
  return trimmed === '' || (words.length > 0 && words.includes(trimmed.toLowerCase()));
}

function problemOf(
  map: ColumnMap,
  values: Readonly<Record<string, unknown>>,
  issue: z.core.$ZodIssue,
  row: number,
  line: number,
): Problem {
  const [first] = issue.path;
  const column = typeof first === 'string' ? first : null;
  const value = column === null ? undefined : values[column];
  const schema = column === null ? undefined : map.entry.schema.shape[column];
  const facts = schema === undefined ? null : columnFacts(schema);
  const missing = value === undefined && column !== null;
  return {
    row,
    line,
    column: column === null ? null : map.nameOf(column),
    value: typeof value === 'string' ? value : value === undefined ? null : JSON.stringify(value),
    reason: missing ? `is empty, but ${map.entry.provider}.${map.entry.name} needs it` : issue.message,
    fix: missing
      ? `Fill it in, for example with ${facts?.example ?? 'a value'}.`
      : (facts?.fix ?? 'Correct the value.'),
    code: missing ? 'MISSING_VALUE' : 'INVALID_PARAMETER',
  };
}
