/** Rows that found their target gone because an earlier row of the run had deleted what it was a part of. */
import type { CatalogueEntry } from '../providers/provider.js';
import { type DeletedRow, deletedRows } from '../state/done-reads.js';
import type { RowSpan } from '../state/row-seals.js';
import type { RunDatabase } from '../state/run-database.js';
import { keptSnapshot } from '../state/snapshots.js';

/** `with`: what it was a part of is made again too. `apart`: it went with something further up, which is. */
export type WentAlong = 'with' | 'apart' | null;

/** @returns whether the target of a row that was so already went with that of another row, by the row's number. */
export function createWentAlong(
  database: RunDatabase,
  provider: string,
  entry: (provider: string, operation: string) => CatalogueEntry,
  except: readonly RowSpan[],
): { readonly any: boolean; of(number: number): WentAlong } {
  const rows = deletedRows(database, provider, (operation) => entry(provider, operation).takesAlong, except);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const known = new Map<number, WentAlong>();
  const above = ({ number, operation, view }: DeletedRow): readonly DeletedRow[][] => {
    const kept = keptSnapshot(database, number);
    const raw = 'damage' in kept ? null : kept.raw;
    const ids = view === null ? [] : entry(provider, operation).partOf({ view, raw });
    return ids.map((id) => {
      const found = byId.get(id.toLowerCase());
      return found === undefined ? [] : [found];
    });
  };
  const of = (number: number): WentAlong => {
    const row = byNumber.get(number);
    const told = known.get(number);
    if (row === undefined || told !== undefined) return told ?? null;
    // A task is never a part of itself, whatever a service tells.
    known.set(number, null);
    const [nearest = [], ...further] = above(row).map((found) => found.filter((one) => isDeletedByRun(one)));
    const verdict = nearest.length > 0 ? 'with' : further.some((found) => found.length > 0) ? 'apart' : null;
    known.set(number, verdict);
    return verdict;
  };
  const isDeletedByRun = ({ number, outcome }: DeletedRow): boolean => outcome !== 'already' || of(number) !== null;
  return { any: rows.some(({ outcome }) => outcome === 'already'), of };
}
