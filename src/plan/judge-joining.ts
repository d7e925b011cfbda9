/** Rows that put something below a thing which can't take it, by how both are then. */
import type { Clock } from '../clock.js';
import type { Failure } from '../failure.js';
import type { TargetView } from '../providers/target.js';
import type { EarlyOperation } from '../run/bind-early.js';
import { retryReads } from '../run/retry-reads.js';
import { failedResult } from '../run/row-end.js';
import { type JoiningRow, joiningRows, rowsOnJoined, waitsFor } from '../state/joined-rows.js';
import { hasJoining } from '../state/parts.js';
import { forgetChanges } from '../state/plan-writes.js';
import { findWorkRow, type WorkRow } from '../state/row-reads.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import type { PlanningSession } from './planning-session.js';
import { assertStopping } from './read-plan.js';
import { onceDone } from './rows-before.js';

export interface JoiningMeans {
  readonly sessions: readonly PlanningSession[];
  readonly bind: (row: WorkRow) => EarlyOperation | null;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Earlier rows may change where the things are: what is refused before them and behind them is foretold to fail. What one
 * of the two allows is left to the service, unless the row waits for them: rows on different things keep no order.
 * @returns whether the run was stopped from outside before the end.
 * @throws {StoppedError} when the service asks for too long a wait.
 */
export async function judgeJoining(database: RunDatabase, means: JoiningMeans): Promise<{ interrupted: boolean }> {
  if (!hasJoining(database)) return { interrupted: false };
  const rows = joiningRows(database);
  const acting = rowsOnJoined(database);
  for (const row of rows) {
    const session = means.sessions.find(({ connection }) => connection.provider === row.provider);
    if (session === undefined) continue;
    try {
      const failure = await judge(row, row === rows[0], acting, database, session, means);
      if (failure === null) continue;
      database.transaction(() => {
        writeRowResult(database, row.number, 'planned-out', failedResult(failure, means.clock.now(), 0));
        forgetChanges(database, row.number);
      });
    } catch (error) {
      assertStopping(error, session.connection);
      return { interrupted: true };
    }
  }
  return { interrupted: false };
}

async function judge(
  { number, provider, whole }: JoiningRow,
  isFirst: boolean,
  acting: ReadonlyMap<string, readonly number[]>,
  database: RunDatabase,
  { reader, stop }: PlanningSession,
  { bind, clock, random }: JoiningMeans,
): Promise<Failure | null> {
  const row = findWorkRow(database, number);
  const operation = row === null ? null : bind(row);
  if (row === null || operation === null || operation.refusesWhole === null) return null;
  const seen = row.seen?.view ?? null;
  // All of it was asked for when the row was foretold, and is not asked for twice.
  const patient = retryReads(reader, { clock, random, signal: stop.signal });
  // What rows above do is judged here.
  const named = await operation.findNamed(patient, seen, () => null);
  const made = row.seen === null ? await operation.prepare(patient, null) : null;
  if (!named.ok || named.value === null || made?.ok === false) return null;
  const prepared = row.seen?.prepared ?? made?.value ?? {};
  const before = (id: string): readonly number[] =>
    (acting.get(`${provider}:${id}`) ?? []).filter((other) => other < number);
  const onWhole = before(whole);
  const left = leftBy(onWhole, named.value, database, bind);
  // A row may move what is between the thing and what is further above it.
  const then = isFirst ? left : { ...left, partOf: left.partOf.slice(0, 1) };
  const target = seen === null ? null : leftBy(before(seen.id), seen, database, bind);
  const failure = operation.refusesWhole(then, target, prepared);
  const last = onWhole.at(-1);
  if (failure === null || last === undefined) return failure;
  if (operation.refusesWhole(named.value, target, prepared) !== null) return failure;
  return waitsFor(database, number, last) ? onceDone(failure, last) : null;
}

/** How a thing is behind rows that act on it. */
function leftBy(
  numbers: readonly number[],
  view: TargetView,
  database: RunDatabase,
  bind: JoiningMeans['bind'],
): TargetView {
  return numbers.reduce((target, number) => {
    const row = findWorkRow(database, number);
    return row?.seen == null ? target : (bind(row)?.leaves(target, row.seen.prepared) ?? target);
  }, view);
}
