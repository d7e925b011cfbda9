/** Rows whose targets were parts of what other rows of the run deleted, and may have gone with that. */
import type { FindEntry } from '../providers/provider.js';
import { type DeletedRow, deletedRows, hasAlready } from '../state/done-reads.js';
import { hasParts } from '../state/parts.js';
import type { RowSpan } from '../state/row-seals.js';
import type { RunDatabase } from '../state/run-database.js';

/** `with`: what it was a part of is made again too. `apart`: it went with something further up, which is. */
export type WentAlong = 'with' | 'apart' | null;

/**
 * @returns whether the target of a row went with that of another row, or would have, had it not been deleted before, by the
 * row's number.
 */
export function createWentAlong(
  database: RunDatabase,
  provider: string,
  entry: FindEntry,
  except: readonly RowSpan[],
): { readonly any: boolean; of(number: number): WentAlong } {
  const rows =
    hasAlready(database, provider) || hasParts(database)
      ? deletedRows(database, provider, (operation) => entry(provider, operation).takesAlong, except)
      : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const known = new Map<number, WentAlong>();
  /** The rows that act on what its thing was a part of, the nearest first; undefined where none does. */
  const above = ({ view }: DeletedRow): (DeletedRow | undefined)[] =>
    (view?.partOf ?? []).map((id) => byId.get(id.toLowerCase()));
  const of = (number: number): WentAlong => {
    const row = byNumber.get(number);
    const told = known.get(number);
    if (row === undefined || told !== undefined) return told ?? null;
    // A task is never a part of itself, whatever a service tells.
    known.set(number, null);
    const [nearest = false, ...further] = above(row).map((one) => one !== undefined && isDeletedByRun(one));
    const verdict = nearest ? 'with' : further.includes(true) ? 'apart' : null;
    known.set(number, verdict);
    return verdict;
  };
  const isDeletedByRun = ({ number, outcome }: DeletedRow): boolean => outcome !== 'already' || of(number) !== null;
  return { any: rows.some(({ outcome }) => outcome === 'already'), of };
}
