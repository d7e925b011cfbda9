/**
 * Rows that take the id of a thing which another row makes. The id is not known before the run, so the cell is checked
 * with the column's documented example in its place, and once more when the id is there. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../json.js';
import { type CellValues, fillCells, flatten, type SplitCell } from '../manifest/reference-cells.js';
import { referenceMark, referencesIn, splitReferences } from '../manifest/reference-text.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { targetKey } from '../providers/target.js';
import { otherStandIn, standIn } from '../run/stand-in.js';
import type { Need } from '../state/row-links.js';
import type { ColumnMap } from './column-map.js';
import type { Problem } from './problem.js';

/** What a row takes from others. */
export interface RowReferences {
  /** The cells as they are written, for filling in the ids. */
  readonly template: JsonObject;
  readonly needs: readonly Need[];
  /** Key of the target, equal for rows with the same reference; null for a row that makes one. */
  readonly target: string | null;
  /** Whether the row names its target, so that it is known before the ids are. */
  readonly namesTarget: boolean;
  /** Equal for rows that ask for the same thing with the same references. */
  readonly content: string;
}

export type SplitValues =
  /** Without references, only `$${row:` written for `${row:`: ordinary values. */
  | { readonly kind: 'plain'; readonly values: CellValues }
  | { readonly kind: 'referring'; readonly cells: readonly SplitCell[]; readonly needs: readonly Need[] }
  | {
      readonly kind: 'refused';
      readonly problems: readonly Problem[];
      /** The columns at fault. */
      readonly columns: ReadonlySet<string>;
      readonly cells: readonly SplitCell[];
      readonly needs: readonly Need[];
    };

/** Takes the cells of a row apart. */
export function splitValues(map: ColumnMap, values: CellValues, row: number, line: number): SplitValues {
  const cells: SplitCell[] = [];
  const problems: Problem[] = [];
  const columns = new Set<string>();
  const refuse = (column: string, value: string, reason: string, fix: string, code: string): void => {
    columns.add(column);
    problems.push({ row, line, column: map.nameOf(column), value, reason, fix, code });
  };
  for (const { column, inner, text } of flatten(values)) {
    const split = splitReferences(text);
    // What can't be read is a reference all the same, so that the other cells are checked.
    cells.push({ column, inner, parts: split.ok ? split.parts : [{ key: '', text }] });
    if (!split.ok) {
      const fix = `Write ${referenceMark}KEY.id} with the key of a row above; for that text itself write $${referenceMark}.`;
      refuse(column, split.value, split.reason, fix, 'INVALID_REFERENCE');
    }
  }
  const referring = cells.filter(({ parts }) => referencesIn(parts).length > 0);
  const needs = needsOf(map, referring);
  if (problems.length === 0 && map.entry.risk === 'irreversible') {
    const reason = `takes an id that the plan can't know; ${map.entry.name} is irreversible, so its target must be read and shown first`;
    const fix = 'Give the id itself, in a run after the one that makes it.';
    for (const { column, parts } of referring) {
      for (const { text } of referencesIn(parts)) refuse(column, text, reason, fix, 'IRREVERSIBLE_REFERENCE');
    }
  }
  if (problems.length > 0) return { kind: 'refused', problems, columns, cells, needs };
  if (needs.length === 0) return { kind: 'plain', values: fillCells(cells, () => '') };
  return { kind: 'referring', cells, needs };
}

function needsOf(map: ColumnMap, cells: readonly SplitCell[]): Need[] {
  const byKey = new Map<string, Need>();
  for (const { column, parts } of cells) {
    for (const { key, text } of referencesIn(parts)) {
      if (key !== '' && !byKey.has(key)) byKey.set(key, { key, column: map.nameOf(column), text, takesId: true });
    }
  }
  return [...byKey.values()];
}

/**
 * What is known of a row whose values, with stand-ins, are valid.
 * @param args the operation's values with stand-ins; never to be sent.
 */
export function describeReferences(
  entry: CatalogueEntry,
  cells: readonly SplitCell[],
  needs: readonly Need[],
  values: CellValues,
  args: JsonObject,
  parse: (values: CellValues) => JsonObject | null,
): RowReferences {
  const taken = cells.flatMap(({ column, inner, parts }) =>
    referencesIn(parts).map(({ text }) => [column, inner, text] as const),
  );
  return {
    template: { ...values },
    needs,
    ...referredTarget(entry, cells, args, parse),
    content: `${entry.provider}.${entry.name} ${JSON.stringify(args)} ${JSON.stringify(taken)}`,
  };
}

/** The target's key; where the target depends on a reference, that stands in it as it is written. */
function referredTarget(
  entry: CatalogueEntry,
  cells: readonly SplitCell[],
  args: JsonObject,
  parse: (values: CellValues) => JsonObject | null,
): Pick<RowReferences, 'target' | 'namesTarget'> {
  const ref = entry.target(args);
  if (ref === null) return { target: null, namesTarget: false };
  const key = targetKey(entry.provider, ref);
  // With another id the same target comes out only where the reference has no part in it.
  const otherArgs = parse(fillCells(cells, (_reference, cell) => otherStandIn(standIn(entry, cell))));
  const other = otherArgs === null ? null : entry.target(otherArgs);
  // It may have a part in how the target is found all the same.
  const namesTarget = isDeepStrictEqual(other, ref);
  if (other !== null && targetKey(entry.provider, other) === key) return { target: key, namesTarget };
  let { id } = ref;
  for (const cell of cells) {
    const example = standIn(entry, cell);
    for (const { text } of referencesIn(cell.parts)) {
      id = id.replaceAll(example, text).replaceAll(example.toLowerCase(), text);
    }
  }
  const written = cells.flatMap(({ parts }) => referencesIn(parts)).map(({ text }) => text);
  const writtenId = id === ref.id ? `${written.join(' ')} ${id}` : id;
  return { target: targetKey(entry.provider, { kind: ref.kind, id: writtenId }), namesTarget: false };
}
