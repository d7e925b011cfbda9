/** Things that a run deleted and its undoing makes again: they get other ids, which other lines then need. */
import { referenceMark } from '../manifest/reference-text.js';
import { targetKey } from '../providers/target.js';
import type { PlannedRow, RowFate } from './row-fate.js';

/** By the key of what was deleted, the row that deleted it. */
function madeAgain(fates: readonly RowFate[]): ReadonlyMap<string, RowFate> {
  const again = new Map<string, RowFate>();
  for (const fate of fates) {
    const [first] = fate.rows;
    if (first === undefined || first.target !== null || first.entry.makes === null) continue;
    for (const target of fate.targets) again.set(target, fate);
  }
  return again;
}

/** The row that makes again what a value names; undefined where nothing does. */
function makerOf(
  { provider }: RowFate,
  row: PlannedRow,
  column: string,
  again: ReadonlyMap<string, RowFate>,
): RowFate | undefined {
  const id = row.mayRefer?.includes(column) === true ? row.values[column] : undefined;
  return id === undefined ? undefined : again.get(targetKey(provider, { kind: 'task', id: id.toLowerCase() }));
}

/** The same fates, but what others name comes before them. */
export function orderByReference(fates: readonly RowFate[]): readonly RowFate[] {
  const again = madeAgain(fates);
  const done = new Set<RowFate>();
  const ordered: RowFate[] = [];
  for (const fate of fates) {
    // From what it names back to itself; a chain is as long as tasks are nested.
    const chain: RowFate[] = [];
    for (let open = [fate]; open.length > 0; ) {
      const fresh = open.filter((one) => !done.has(one));
      for (const one of fresh) done.add(one);
      chain.push(...fresh);
      open = fresh.flatMap((one) => makersOf(one, again));
    }
    ordered.push(...chain.reverse());
  }
  return ordered;
}

function makersOf(fate: RowFate, again: ReadonlyMap<string, RowFate>): RowFate[] {
  return fate.rows.flatMap((row) =>
    (row.mayRefer ?? []).flatMap((column) => {
      const maker = makerOf(fate, row, column, again);
      return maker === undefined || maker === fate ? [] : [maker];
    }),
  );
}

export interface Referrer {
  /** Whether a line names what the row's first line makes. */
  isNamed(fate: RowFate): boolean;
  /** Whether the row takes an id that is not known yet. */
  refers(fate: RowFate, row: PlannedRow): boolean;
  /** The values as cells: ids that are not known yet as references, and no text that would pass for one. */
  write(fate: RowFate, row: PlannedRow, values: PlannedRow['values']): PlannedRow['values'];
}

export function createReferrer(fates: readonly RowFate[]): Referrer {
  const again = madeAgain(fates);
  const named = new Set<RowFate>();
  for (const fate of fates) {
    if (fate.rows.some((row) => row.ofMade !== undefined)) named.add(fate);
    for (const maker of makersOf(fate, again)) named.add(maker);
  }
  return {
    isNamed: (fate) => named.has(fate),
    refers: (fate, row) =>
      row.ofMade !== undefined || makersOf({ ...fate, rows: [row] }, again).some((one) => one.number !== fate.number),
    write: (fate, row, values) => {
      const cells = Object.entries(values).map(([column, text]) => {
        const maker = makerOf(fate, row, column, again);
        return [column, maker === undefined || maker === fate ? escapeMark(text) : idOf(maker)] as const;
      });
      const own = row.ofMade === undefined ? [] : [[row.ofMade, idOf(fate)] as const];
      return Object.fromEntries([...own, ...cells]);
    },
  };
}

/** The key of a row's first line. */
export function keyText({ number }: RowFate): string {
  return `undo-${number}`;
}

function idOf(fate: RowFate): string {
  return `${referenceMark}${keyText(fate)}.id}`;
}

function escapeMark(text: string): string {
  return text.replaceAll(referenceMark, (mark) => `$${mark}`);
}
