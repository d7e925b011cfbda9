/**
 * The guard `max_share`: how much of a list, run or project the rows to do touch. Decided once all targets were read,
 * with one request a place for how many tasks it holds; what can't be judged is refused.
 */
import { credentialErrorOf, StoppedError } from '../errors.js';
import { type Result, succeed } from '../failure.js';
import type { Reader } from '../providers/http.js';
import type { Connection, FindEntry } from '../providers/provider.js';
import { askPatiently } from '../run/ask-patiently.js';
import { goingAlongByPlace, reachingParts } from '../state/parts.js';
import { readKinds, rowsInPlace, type TouchedPlace, touchedPlaces } from '../state/place-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import { namedRows, rowList } from './guards.js';
import type { PlanningSession } from './planning-session.js';
import { assertStopping } from './read-plan.js';

export interface ShareOptions {
  readonly database: RunDatabase;
  readonly sessions: readonly PlanningSession[];
  readonly entry: FindEntry;
  /** In percent of the tasks that a place holds. */
  readonly maxShare: number;
  /** What to do where more is touched than is allowed: a plan that stands can't be made with less. */
  readonly advice: string;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * @returns whether the run was stopped from outside before the end.
 * @throws {StoppedError} when more of a place is touched than is allowed, a share can't be judged, or the service asks
 * for too long a wait. @throws {CredentialError} when the credential is refused.
 */
export async function guardShare(options: ShareOptions): Promise<{ interrupted: boolean }> {
  const { database, sessions, entry, maxShare } = options;
  const kinds = readKinds(database);
  for (const { provider, operation, args, firstRow, firstLine } of kinds) {
    const target = entry(provider, operation).target(args);
    if (target === null || target.kind === 'task') continue;
    throw unjudged(
      `row ${firstRow} (line ${firstLine}), ${provider}.${operation}, acts on a whole ${target.kind}, not on tasks`,
    );
  }
  const kindIds = kinds.map(({ kind }) => kind);
  const places = touchedPlaces(database, kindIds);
  const reaching = reachingParts(database, entry);
  const along = reaching.length === 0 ? [] : goingAlongByPlace(database, reaching);
  const over: string[] = [];
  for (const place of places) {
    const session = sessions.find(({ connection }) => connection.provider === place.provider);
    if (session === undefined) continue;
    let total: number;
    try {
      total = await countTasks(place, session, options);
    } catch (error) {
      assertStopping(error, session.connection);
      return { interrupted: true };
    }
    const gone = along.find(({ provider, placeId }) => provider === place.provider && placeId === place.placeId);
    const parts = gone?.things ?? 0;
    if ((place.targets + parts) * 100 > maxShare * total)
      over.push(sentence(place, rowsOf(place, database, kindIds), parts, total));
  }
  if (over.length === 0) return { interrupted: false };
  const more = over.length > shown ? ` and ${over.length - shown} more places` : '';
  throw new StoppedError(
    `The guard max_share allows ${maxShare} % of a list, run or project, and the rows to do touch ${over.slice(0, shown).join('; ')}${more}.`,
    {
      code: 'MAX_SHARE',
      fix: `Nothing was sent. ${options.advice}`,
    },
  );
}

/** Places that are named in full. */
const shown = 5;

function rowsOf(place: TouchedPlace, database: RunDatabase, kinds: readonly number[]): string {
  return rowList(rowsInPlace(database, kinds, place, namedRows), place.rows);
}

function sentence({ placeId, place, targets }: TouchedPlace, rows: string, parts: number, total: number): string {
  const touched = targets + parts;
  const share = total === 0 ? '' : `, ${((touched / total) * 100).toFixed(1).replace(/\.0$/, '')} %`;
  const name = place === null ? placeId : `${JSON.stringify(place)} (${placeId})`;
  const along = parts === 0 ? '' : ` (${parts} of them subtasks that go with their parents)`;
  return `${touched} of ${total} tasks${share}${along}, of ${name}, in ${rows}`;
}

async function countTasks(place: TouchedPlace, session: PlanningSession, options: ShareOptions): Promise<number> {
  const { connection, reader } = session;
  const where = `the task of row ${place.firstRow} (line ${place.firstLine})`;
  if (place.placeId === null) {
    throw unjudged(`${where} is in no list, run or project that ${connection.title} tells`);
  }
  const { random } = options;
  const sleep = (ms: number) => options.sleep(ms, session.stop.signal);
  const counted = await askPatiently(() => ask(connection, reader, place.placeId ?? ''), { random, sleep });
  if (!counted.ok) {
    const { failure } = counted;
    if (failure.scope === 'credential') {
      throw credentialErrorOf(failure);
    }
    throw unjudged(`${connection.title} did not tell how many tasks are where ${where} is: ${failure.message}`);
  }
  if (counted.value !== null) return counted.value;
  throw unjudged(`${connection.title} does not tell how many tasks are where ${where} is`);
}

async function ask(connection: Connection, reader: Reader, placeId: string): Promise<Result<number | null>> {
  return connection.countTasks === null ? succeed(null) : connection.countTasks(reader, placeId);
}

function unjudged(reason: string): StoppedError {
  return new StoppedError(`The guard max_share can't be judged: ${reason}.`, {
    code: 'MAX_SHARE',
    fix: 'Nothing was sent. Leave these rows out with --where, or take max_share out of the job.',
  });
}
