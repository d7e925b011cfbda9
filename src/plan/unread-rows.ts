/** The rows of a service that planning has still to read, each in one pair of hands at a time. */
import type { Connection } from '../providers/provider.js';
import { targetKey } from '../providers/target.js';
import type { Wanted } from '../providers/wanted.js';
import { unreadRows, type WorkRow } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import { indexTargets, standingOf, unreadRowsOn } from '../state/wanted-rows.js';

export interface UnreadRows {
  /**
   * The next ones, as many as are best asked for at once, which now are the caller's; null when there are none.
   * @param target whether it is known; without are those that make something.
   */
  take(target: 'known' | 'none'): WorkRow[] | null;
  /** All rows on a target that are nobody's, which now are the caller's. */
  takeOn(target: string): WorkRow[];
  /** They are kept, or go back to the others. */
  giveBack(rows: readonly WorkRow[]): void;
  /** So many targets are read. */
  countRead(targets: number): void;
  /** What of all this a provider is told. */
  readonly wanted: Wanted;
}

export function createUnreadRows(database: RunDatabase, connection: Connection): UnreadRows {
  const { provider, lookUpSize } = connection;
  const unread = indexTargets(database, provider);
  let left = unread.targets;
  const after = { known: 0, none: (unread.firstWithout ?? Number.MAX_SAFE_INTEGER) - 1 };
  const taken = new Set<number>();
  const claim = (rows: readonly WorkRow[]): WorkRow[] => {
    const free = rows.filter(({ number }) => !taken.has(number));
    for (const { number } of free) taken.add(number);
    return free;
  };
  return {
    take: (target) => {
      for (;;) {
        const rows = unreadRows(database, provider, after[target], lookUpSize, target);
        const last = rows.at(-1);
        if (last === undefined) return null;
        after[target] = last.number;
        const free = claim(rows);
        if (free.length > 0) return free;
      }
    },
    takeOn: (target) => claim(unreadRowsOn(database, target)),
    giveBack: (rows) => {
      for (const { number } of rows) taken.delete(number);
    },
    countRead: (targets) => {
      left -= targets;
    },
    wanted: {
      left: () => left,
      among: (ids) => {
        const standings = ids.map((id) => ({
          id,
          standing: standingOf(database, targetKey(provider, { kind: 'task', id })),
        }));
        return {
          open: standings.flatMap(({ id, standing }) => (standing === 'open' ? [{ kind: 'task', id }] : [])),
          known: standings.filter(({ standing }) => standing === 'read').length,
        };
      },
    },
  };
}
