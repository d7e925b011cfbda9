/**
 * Rows whose targets are below those of others, where both set the same value in all that is below their targets, and not
 * to the same: a task of one group whose parent goes into another.
 */
import { credentialErrorOf, StoppedError } from '../errors.js';
import { type Failure, localFailure, type Result, succeed } from '../failure.js';
import { askPatiently } from '../run/ask-patiently.js';
import { blockedResult } from '../run/row-end.js';
import { type BelowRow, belowRows, servicesAtOdds, writeTurns } from '../state/below.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { takeUpAgain } from '../state/twins.js';
import type { PlanningSession } from './planning-session.js';
import { assertStopping } from './read-plan.js';

export interface BelowMeans {
  readonly database: RunDatabase;
  readonly sessions: readonly PlanningSession[];
  readonly nowMs: number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Such a row that comes behind the other is done after it, also where its target had the value when it was read. One that
 * comes before it would be undone by it: neither may run, since which of them is meant, only a person knows.
 * @returns whether the run was stopped from outside before the end.
 * @throws {StoppedError} when the service does not tell what is below what. @throws {CredentialError} when it refuses the
 * credential.
 */
export async function judgeBelow({
  database,
  sessions,
  nowMs,
  ...patience
}: BelowMeans): Promise<{ interrupted: boolean }> {
  for (const provider of servicesAtOdds(database)) {
    const session = sessions.find(({ connection }) => connection.provider === provider);
    if (session === undefined) continue;
    const rows = belowRows(database, provider);
    const parents = await parentsOf(rows, session, patience);
    if (parents === null) return { interrupted: true };
    const { failures, turns } = judge(rows, parents);
    const standing = new Map(rows.map((row) => [row.number, row.standing]));
    database.transaction(() => {
      for (const number of new Set([...failures.keys(), ...turns.keys()])) {
        if (standing.get(number) === 'already') takeUpAgain(database, number);
      }
      for (const [number, behind] of turns) if (!failures.has(number)) writeTurns(database, number, behind);
      for (const [number, failure] of failures) {
        writeRowResult(database, number, 'planned-out', blockedResult(failure, nowMs, 0));
      }
    });
  }
  return { interrupted: false };
}

/** What each target, and each thing above one, is right below; null when the run was stopped from outside. */
async function parentsOf(
  rows: readonly BelowRow[],
  session: PlanningSession,
  { random, sleep }: Pick<BelowMeans, 'random' | 'sleep'>,
): Promise<ReadonlyMap<string, string> | null> {
  const { connection, reader, stop } = session;
  const parents = new Map<string, string>();
  const known = new Set<string>();
  for (const { id, above } of rows) {
    known.add(id);
    if (above !== null) parents.set(id, above);
  }
  const unknown = () => [...new Set(parents.values())].filter((id) => !known.has(id));
  for (let open = unknown(); open.length > 0; open = unknown()) {
    const ask = async (): Promise<Result<ReadonlyMap<string, string>>> =>
      connection.readParents === null ? succeed(new Map()) : connection.readParents(reader, open);
    let told: Result<ReadonlyMap<string, string>>;
    try {
      told = await askPatiently(ask, { random, sleep: (ms) => sleep(ms, stop.signal) });
    } catch (error) {
      assertStopping(error, connection);
      return null;
    }
    if (!told.ok) throw untold(told.failure, connection.title);
    for (const id of open) known.add(id);
    for (const [id, above] of told.value) parents.set(id, above);
  }
  return parents;
}

function untold(failure: Failure, title: string): Error {
  if (failure.scope === 'credential') {
    return credentialErrorOf(failure);
  }
  return new StoppedError(`Which tasks are below which, ${title} does not tell: ${failure.message}`, {
    code: 'SERVICE_TROUBLE',
    fix: 'Nothing was changed. Wait until the service is well; what was read is kept.',
  });
}

interface Findings {
  readonly failures: ReadonlyMap<number, Failure>;
  /** By the row that comes later, those behind which it comes. */
  readonly turns: ReadonlyMap<number, readonly number[]>;
}

function judge(rows: readonly BelowRow[], parents: ReadonlyMap<string, string>): Findings {
  const moving = new Map<string, BelowRow[]>();
  for (const row of rows) {
    if (row.standing === 'to-do' && row.isMoved) moving.set(row.id, [...(moving.get(row.id) ?? []), row]);
  }
  const failures = new Map<number, Failure>();
  const turns = new Map<number, number[]>();
  const refuse = (row: BelowRow, failure: Failure) => {
    if (!failures.has(row.number)) failures.set(row.number, failure);
  };
  for (const row of rows) {
    for (const id of aboveOf(row.id, parents)) {
      for (const whole of moving.get(id) ?? []) {
        if (whole.field !== row.field || whole.value === row.value) continue;
        if (whole.number < row.number) {
          turns.set(row.number, [...(turns.get(row.number) ?? []), whole.number]);
        } else {
          refuse(row, changedAlong(row, whole));
          refuse(whole, changesAlong(whole, row));
        }
      }
    }
  }
  return { failures, turns };
}

/** The nearest first; ends where things are said to be below themselves. */
function aboveOf(id: string, parents: ReadonlyMap<string, string>): Set<string> {
  const above = new Set<string>();
  for (let next = parents.get(id); next !== undefined && next !== id && !above.has(next); next = parents.get(next)) {
    above.add(next);
  }
  return above;
}

function changedAlong(row: BelowRow, whole: BelowRow): Failure {
  return contradiction(
    `Row ${whole.number} (line ${whole.line}) changes what its target is below, and takes it along: ${valuesOf(row, whole)}`,
  );
}

function changesAlong(whole: BelowRow, row: BelowRow): Failure {
  return contradiction(
    `It takes along the target of row ${row.number} (line ${row.line}), which is below its own: ${valuesOf(whole, row)}`,
  );
}

function contradiction(message: string): Failure {
  return localFailure(
    'CONFLICT',
    'CHANGED_ALONG',
    message,
    'Remove one of the two rows; or, if both are meant, put the one on what is below behind the other: it is done after it then.',
  );
}

function valuesOf(own: BelowRow, other: BelowRow): string {
  const text = (value: string) => (value === '' ? 'empty' : JSON.stringify(value));
  return `${own.field} is to be ${text(own.value)} here and ${text(other.value)} there.`;
}
