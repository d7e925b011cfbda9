/** The rows of a service that planning has still to read, those on one target in one pair of hands at a time. */
import type { Connection } from '../providers/provider.js';
import { targetKey } from '../providers/target.js';
import type { Wanted } from '../providers/wanted.js';
import { unreadRows, type WorkRow } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import { indexTargets, rowsToDoOn, standingOf } from '../state/wanted-rows.js';

/** One of those who read. */
export interface Hand {
  /**
   * Takes a target with all rows on it: each is foretold from what those before it leave, so they are never parted.
   * @returns the first of its rows, as {@link rowsOn}; null where another hand has it, and where all of them are read.
   */
  take(target: string): readonly WorkRow[] | null;
  /** The rows that are to do on a target behind row `after`, in manifest order, {@link rowsOnAtOnce} at most. */
  rowsOn(target: string, after: number): readonly WorkRow[];
  /** Its targets are told of, or go back to the others. */
  giveBack(): void;
}

export interface UnreadRows {
  /**
   * The next rows, as many as are best asked for at once, less those on targets in somebody's hands, which are told of
   * there; null when there are none.
   * @param target whether it is known; without are those that make something.
   */
  next(target: 'known' | 'none'): WorkRow[] | null;
  hand(): Hand;
  /** So many targets are read. */
  countRead(targets: number): void;
  /** What of all this a provider is told. */
  readonly wanted: Wanted;
}

/** Of one target: a manifest may have all its rows on one. */
export const rowsOnAtOnce = 500;

export function createUnreadRows(database: RunDatabase, connection: Connection): UnreadRows {
  const { provider, lookUpSize } = connection;
  const unread = indexTargets(database, provider);
  let left = unread.targets;
  const after = { known: 0, none: (unread.firstWithout ?? Number.MAX_SAFE_INTEGER) - 1 };
  const held = new Set<string>();
  const rowsOn = (target: string, behind: number) => rowsToDoOn(database, target, behind, rowsOnAtOnce);
  return {
    next: (target) => {
      for (;;) {
        const rows = unreadRows(database, provider, after[target], lookUpSize, target);
        const last = rows.at(-1);
        if (last === undefined) return null;
        after[target] = last.number;
        const free = rows.filter((row) => row.target === null || !held.has(row.target));
        if (free.length > 0) return free;
      }
    },
    hand: () => {
      const own = new Set<string>();
      return {
        take: (target) => {
          if (held.has(target) && !own.has(target)) return null;
          const rows = rowsOn(target, 0);
          if (rows.length < rowsOnAtOnce && rows.every(({ seen }) => seen !== null)) return null;
          held.add(target);
          own.add(target);
          return rows;
        },
        rowsOn,
        giveBack: () => {
          for (const target of own) held.delete(target);
          own.clear();
        },
      };
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
