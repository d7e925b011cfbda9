/** What the rows of a plan come to, those on one target in turn, as the service tells of their targets. */
import { type Reading, type TargetRef, type TargetView, targetKey } from '../providers/target.js';
import type { Wanted } from '../providers/wanted.js';
import { bindEarly } from '../run/bind-early.js';
import { rowsInARow } from '../run/outage.js';
import { readInSteps } from '../run/read-target.js';
import { defaultTries } from '../run/retry-policy.js';
import type { WorkRow } from '../state/row-reads.js';
import {
  type BoundRow,
  type ForetellOptions,
  type Foretold,
  foretellRow,
  isTroubled,
  leftToRun,
  type RowTold,
} from './foretell-row.js';
import type { PlanningSession } from './planning-session.js';
import { type Before, behindRow } from './rows-before.js';
import { type Hand, rowsOnAtOnce } from './unread-rows.js';

/** What else there is to read beside the rows that are foretold. */
export interface Beside {
  readonly wanted: Wanted;
  readonly hand: Hand;
}

/** What rows on one target come to: of those that change it each rests on what it came to before. */
export interface ToldTarget {
  /** Null for a row that makes something, and where nothing is foretold. */
  readonly target: string | null;
  /** In manifest order. */
  readonly rows: readonly Foretold[];
  /** Whether it is told of further rows only once these are kept. */
  readonly isPart: boolean;
}

/** With what goes along with them. */
const rowsKeptAtOnce = 10;

/**
 * As the service tells: each part is to be kept before the next one is asked for.
 * @param rows one on each target is enough: it brings all rows on it. Targets that another hand has are left to that.
 */
export async function* foretellRows(
  rows: readonly WorkRow[],
  session: PlanningSession,
  options: ForetellOptions,
  { wanted, hand }: Beside,
): AsyncGenerator<readonly ToldTarget[], void, undefined> {
  const { connection, reader, stop } = session;
  const firstRows = new Map<string, readonly WorkRow[]>();
  const refs: TargetRef[] = [];
  const free: BoundRow[] = [];
  const bind = (row: WorkRow): BoundRow | null => {
    const early = bindEarly(row, options.entry(row.provider, row.operation), connection);
    return early === null ? null : { row, ...early };
  };
  const unbound: WorkRow[] = [];
  for (const row of rows) {
    const bound = bind(row);
    const target = bound?.operation.target ?? null;
    if (bound === null) unbound.push(row);
    else if (target === null) free.push(bound);
    else {
      const key = targetKey(connection.provider, target);
      const first = firstRows.has(key) ? null : hand.take(key);
      if (first === null) continue;
      refs.push(target);
      firstRows.set(key, first);
    }
  }
  // What they act on is looked at when it is known, just before the write.
  const left = unbound.filter(({ target }) => target === null || !firstRows.has(target));
  yield left.map((row) => ({ target: null, rows: [leftToRun(row)], isPart: false }));
  const making: ToldTarget[] = [];
  for (const bound of free) {
    const now = { readAtMs: options.clock.now(), before: null };
    const { foretold } = await foretellRow(bound, null, now, session, options);
    making.push({ target: null, rows: [foretold], isPart: false });
  }
  yield making;
  const sleep = (ms: number) => options.clock.sleep(ms, stop.signal);
  const means = {
    connection,
    reader,
    tries: defaultTries,
    random: options.random,
    sleep,
    troubleInARow: rowsInARow,
    wanted,
  };
  for await (const readings of readInSteps(refs, means)) {
    const readAtMs = options.clock.now();
    let told: ToldTarget[] = [];
    for (const reading of readings) {
      const target = targetKey(connection.provider, reading.ref);
      const first = firstRows.get(target) ?? hand.take(target);
      firstRows.delete(target);
      if (first === null) continue;
      const onTarget = { reading, readAtMs, first, rowsBehind: (row: number) => hand.rowsOn(target, row), bind };
      for await (const { rows, isPart } of foretellInTurn(onTarget, session, options)) {
        told.push({ target, rows, isPart });
        // What goes along may take requests for each of them, and a page tells of a hundred.
        const count = told.reduce((sum, { rows }) => sum + rows.length, 0);
        if (!isPart && !(options.judgesParts && count >= rowsKeptAtOnce)) continue;
        yield told;
        told = [];
      }
    }
    yield told;
  }
}

interface OnTarget {
  readonly reading: Reading;
  readonly readAtMs: number;
  readonly first: readonly WorkRow[];
  /** The next ones; none when these were all. */
  rowsBehind(row: number): readonly WorkRow[];
  bind(row: WorkRow): BoundRow | null;
}

/**
 * The rows on a target, each from what those before it leave: those also that were read in an earlier look, and are only
 * to do by now. Behind a row that could not be foretold for a passing reason, as many as were taken with it: what it is
 * to come to is open, and so is how the others find the target.
 */
async function* foretellInTurn(
  { reading, readAtMs, first, rowsBehind, bind }: OnTarget,
  session: PlanningSession,
  options: ForetellOptions,
): AsyncGenerator<Omit<ToldTarget, 'target'>, void, undefined> {
  let before: Before | null = null;
  let rows = first;
  for (;;) {
    const told: Foretold[] = [];
    for (const row of rows) {
      const bound = bind(row);
      if (row.seen !== null) {
        if (bound === null || reading.kind !== 'found') continue;
        const target: TargetView = before?.leaves ?? reading.target;
        before = behindRow(row.number, bound.operation, target, row.seen.prepared);
      } else if (bound === null) told.push(leftToRun(row));
      else {
        const one: RowTold = await foretellRow(bound, reading, { readAtMs, before }, session, options);
        before = one.leaves ?? before;
        told.push(one.foretold);
      }
    }
    const last = rows.at(-1);
    const next = last === undefined || rows.length < rowsOnAtOnce ? [] : rowsBehind(last.number);
    yield { rows: told, isPart: next.length > 0 };
    if (next.length === 0 || told.some(isTroubled)) return;
    rows = next;
  }
}
