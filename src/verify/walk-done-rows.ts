import type { Clock } from '../clock.js';
import type { FindEntry } from '../providers/provider.js';
import { newMeter, type Session } from '../run/lane.js';
import { rowsInARow } from '../run/outage.js';
import { defaultTries } from '../run/retry-policy.js';
import { rowMark } from '../run/row-context.js';
import { type DoneOutcome, type DoneRow, doneRowsAbove, doneRowsIn } from '../state/done-reads.js';
import type { RowSpan } from '../state/row-seals.js';
import type { RunDatabase } from '../state/run-database.js';
import { type LookMeans, lookAgain, type Standing } from './look-again.js';
import { type TroubleWait, troubleOf } from './trouble-wait.js';

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
  /** How a service in trouble is waited for; left out, each row is asked for, and what can't be read is the row's matter. */
  readonly wait?: TroubleWait;
  /** After each group of rows. */
  readonly onLooked?: (rows: number) => void;
}

/** More rows at once would not make fewer requests, and would keep more in memory. */
const mostAtOnce = 100;

/**
 * Looks at the targets of one service's rows that were done, in groups as the service reads them best, from the last row
 * to the first.
 * @throws {CredentialError} when the credential is refused. @throws {HeldError} when no request may leave any more.
 * @throws {StoppedError} when the service is in trouble and does not get well.
 */
export async function* walkDoneRows(session: Session, options: WalkOptions): AsyncGenerator<readonly Standing[]> {
  const { database, runId, entry, outcomes, clock, random, wait } = options;
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
    ...(wait === undefined ? {} : { troubleInARow: rowsInARow }),
  };
  const filter = { outcomes, only: options.only ?? null, except: options.broken ?? [] };
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = doneRowsAbove(database, connection.provider, filter, before, size);
    const last = rows.at(-1);
    if (last === undefined) return;
    before = last.number;
    const asked = rows.filter((row) => options.passOver?.(row) !== true);
    yield await lookAtGroup(asked, means, wait);
    options.onLooked?.(rows.length);
  }
}

async function lookAtGroup(
  rows: readonly DoneRow[],
  means: LookMeans,
  wait: TroubleWait | undefined,
): Promise<readonly Standing[]> {
  const standings: Standing[] = [];
  if (wait === undefined) {
    for await (const standing of lookAgain(rows, means)) standings.push(standing);
    return standings;
  }
  let last: DoneRow | null = null;
  return wait.through(async (probes) => {
    if (probes && last !== null) {
      const probe = await lookUntilOutage([last], means, wait);
      if ('outage' in probe) return probe;
    }
    const looked = await lookUntilOutage(rows, means, wait);
    if ('outage' in looked) last = looked.row;
    return looked;
  });
}

/** The standings of all, or the row in which an outage showed. */
async function lookUntilOutage(
  rows: readonly DoneRow[],
  means: LookMeans,
  wait: TroubleWait,
): Promise<{ readonly value: readonly Standing[] } | { readonly outage: string; readonly row: DoneRow }> {
  const standings: Standing[] = [];
  for await (const standing of lookAgain(rows, means)) {
    standings.push(standing);
    const trouble = troubleOf(standing.unread);
    // A row of which nothing is read says nothing of the service.
    const outage = wait.outageIn(trouble === null && standing.targets.length === 0 ? undefined : trouble);
    if (outage !== null) return { outage, row: standing.row };
  }
  return { value: standings };
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
