import type { Clock } from '../clock.js';
import type { FindEntry } from '../providers/provider.js';
import { newMeter, type Session } from '../run/lane.js';
import { defaultTries } from '../run/retry-policy.js';
import { rowMark } from '../run/row-context.js';
import { type DoneOutcome, type DoneRow, doneRowsAbove, doneRowsIn } from '../state/done-reads.js';
import type { RowSpan } from '../state/row-seals.js';
import type { RunDatabase } from '../state/run-database.js';
import { lookAgain, type Standing } from './look-again.js';

export interface WalkOptions {
  readonly database: RunDatabase;
  readonly runId: string;
  readonly entry: FindEntry;
  readonly outcomes: readonly DoneOutcome[];
  /** Numbers of the rows that are looked at; left out, all are. */
  readonly only?: readonly number[];
  /** Rows that are not as they were planned, and so tell nothing. */
  readonly broken?: readonly RowSpan[];
  /** Called with each row first; true for one whose target is not to be looked at. */
  readonly passOver?: (row: DoneRow) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** After each group of rows. */
  readonly onLooked?: (rows: number) => void;
}

/** More rows at once would not make fewer requests, and would keep more in memory. */
const mostAtOnce = 100;

/**
 * Looks at the targets of one service's rows that were done, in groups as the service reads them best, from the last row
 * to the first.
 * @throws {CredentialError} when the credential is refused. @throws {HeldError} when no request may leave any more.
 */
export async function* walkDoneRows(session: Session, options: WalkOptions): AsyncGenerator<readonly Standing[]> {
  const { database, runId, entry, outcomes, clock, random } = options;
  const { connection } = session;
  const size = Math.min(mostAtOnce, Math.max(connection.lookUpSize, 1));
  const means = {
    database,
    entry,
    connection,
    reader: session.reader(newMeter()),
    tries: defaultTries,
    random,
    sleep: (ms: number) => clock.sleep(ms, session.stop.signal),
    markOf: (number: number) => rowMark(runId, number),
  };
  const filter = { outcomes, only: options.only ?? null, except: options.broken ?? [] };
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = doneRowsAbove(database, connection.provider, filter, before, size);
    const last = rows.at(-1);
    if (last === undefined) return;
    before = last.number;
    yield await lookAgain(
      rows.filter((row) => options.passOver?.(row) !== true),
      means,
    );
    options.onLooked?.(rows.length);
  }
}

/** Rows that are not looked at, for what planning kept of them is not what it was. */
export function brokenRows(
  provider: string,
  { database, outcomes, broken = [] }: Pick<WalkOptions, 'database' | 'outcomes' | 'broken'>,
): Pick<DoneRow, 'number' | 'line' | 'provider' | 'operation'>[] {
  return doneRowsIn(database, provider, outcomes, broken);
}

export const brokenReason =
  'What run.db holds of it is not as it was planned: something changed the file since, so nothing of it can be trusted.';
