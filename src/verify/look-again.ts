/** Whether what rows did still holds: their targets are read again, and each row judged by its operation. */
import { credentialErrorOf } from '../errors.js';
import type { Failure } from '../failure.js';
import type { JsonObject } from '../json.js';
import type { BoundOperation, Change, Settlement } from '../providers/operation.js';
import type { CatalogueEntry, Connection, FindEntry } from '../providers/provider.js';
import { type Reading, refById, type TargetRef, type TargetView, targetKey } from '../providers/target.js';
import { fillReferences } from '../run/fill-references.js';
import { type ReadingMeans, readTargets } from '../run/read-target.js';
import { type DoneRow, takenFrom } from '../state/done-reads.js';
import type { RunDatabase } from '../state/run-database.js';

/** `holds`: it is as the row left it. `reverted`: something else changed it since. `unsure`: nothing tells. */
export type Verdict = 'holds' | 'reverted' | 'unsure';

/** A row that was done, and how its target is now. */
export interface Standing {
  readonly row: DoneRow;
  readonly entry: CatalogueEntry;
  /** The row's values, ids of others filled in; null where those are not known any more. */
  readonly args: JsonObject | null;
  readonly verdict: Verdict;
  /** A sentence. */
  readonly evidence: string;
  /** Why reading could not tell; null where it told, or there is nothing that could. */
  readonly unread: Failure | null;
  /** Keys of what the row acted on, or made. */
  readonly targets: readonly string[];
  /** The target, or the first thing made, as it is now; null when it is gone or could not be read. */
  readonly now: TargetView | null;
  /** The things that it made, as they are now. */
  readonly made: readonly TargetView[];
  /** What would have to be changed for the target to be as the row left it; empty where that is nothing, or not told. */
  readonly lacks: readonly Change[];
  /** Whether the service says that it is not there, or that what the row made on it is not. */
  readonly gone: boolean;
  /** What others have done since to what the row made on it, a sentence; null for nothing. */
  readonly since: string | null;
  /** How far what was done is another thing than was foretold, a sentence; left out where it is not. */
  readonly otherwise?: string;
  /** How what the row made differs from what was made. */
  readonly madeChanged: string | null;
}

export interface LookMeans extends ReadingMeans {
  readonly database: RunDatabase;
  readonly entry: FindEntry;
  /** The mark of a row, by its number. */
  readonly markOf: (number: number) => string;
}

interface Asked {
  readonly row: DoneRow;
  readonly entry: CatalogueEntry;
  readonly args: JsonObject | null;
  readonly bound: BoundOperation | null;
  readonly refs: readonly TargetRef[];
}

/**
 * Reads the targets of rows of one service, in as few requests as it takes, and judges each row when it is asked for:
 * judging may take requests too.
 * @throws {CredentialError} when the credential is refused. @throws {HeldError} when no request may leave any more.
 */
export async function* lookAgain(
  rows: readonly DoneRow[],
  means: LookMeans,
): AsyncGenerator<Standing, void, undefined> {
  const { connection } = means;
  const asked = rows.map((row) => askFor(row, means));
  const refs = new Map<string, TargetRef>();
  for (const one of asked) for (const ref of one.refs) refs.set(keyOf(connection, ref), ref);
  const readings = await readTargets([...refs.values()], means);
  for (const reading of readings) {
    if (reading.kind !== 'unreadable' || reading.failure.scope !== 'credential') continue;
    throw credentialErrorOf(reading.failure);
  }
  const byKey = new Map(readings.map((reading) => [keyOf(connection, reading.ref), reading]));
  for (const one of asked) {
    const own = one.refs.flatMap((ref) => byKey.get(keyOf(connection, ref)) ?? []);
    yield await judge(one, own, means);
  }
}

function askFor(row: DoneRow, { database, entry: find, connection }: LookMeans): Asked {
  const entry = find(row.provider, row.operation);
  const args = argsOf(row, entry, database);
  if (args === null) return { row, entry, args, bound: null, refs: [] };
  const bound = connection.bind(row.operation, args);
  return { row, entry, args, bound, refs: refsOf(row, bound.target) };
}

function argsOf(row: DoneRow, entry: CatalogueEntry, database: RunDatabase): JsonObject | null {
  if (row.template === null) return row.args;
  const filled = fillReferences(row.template, entry, takenFrom(database, row.number));
  return filled.kind === 'filled' ? filled.args : null;
}

/** What is read: the things that were made, else the target by the id that it had when it was read. */
function refsOf({ createdIds, seen }: DoneRow, target: TargetRef | null): readonly TargetRef[] {
  // A thing that is archived is there all the same; services that need no hint pass over it.
  if (target === null) return createdIds.map((id) => ({ kind: 'task', id, hints: { archived: 'too' } }));
  return [refById(target, seen?.view ?? null)];
}

function keyOf({ provider }: Pick<Connection, 'provider'>, ref: TargetRef): string {
  return targetKey(provider, { kind: ref.kind, id: ref.id.toLowerCase() });
}

async function judge(asked: Asked, readings: readonly Reading[], means: LookMeans): Promise<Standing> {
  const { row, entry, args, bound, refs } = asked;
  const [first] = readings;
  const now = first?.kind === 'found' ? first.target : null;
  const gone = first?.kind === 'absent';
  const base = {
    row,
    entry,
    args,
    now,
    made: [],
    gone,
    targets: refs.map((ref) => keyOf(means.connection, ref)),
    madeChanged: null,
    lacks: [],
    since: null,
    unread: readings.find((reading) => reading.kind === 'unreadable')?.failure ?? null,
  };
  if (bound === null || args === null) {
    return { ...base, verdict: 'unsure', evidence: 'The ids that it took from other rows are not known any more.' };
  }
  if (bound.target === null && refs.length > 0) {
    const made = readings.flatMap((one) => (one.kind === 'found' ? [one.target] : []));
    // What failed to be as asked was not changed by others.
    const asAsked = now === null || row.outcome === 'half-made' ? null : entry.madeChanged(args, now);
    return { ...base, ...judgeMade(readings), made, madeChanged: asAsked };
  }
  const doubt = {
    mark: means.markOf(row.number),
    steps: { done: () => true },
    attemptStartedAtMs: row.startedAtMs ?? row.finishedAtMs,
    endedAtMs: row.finishedAtMs,
    seenBefore: row.seen !== null,
    createdIds: row.createdIds,
    ...(row.completedAtMs === null ? {} : { completedAtMs: row.completedAtMs }),
    ...(row.seen === null ? {} : { prepared: row.seen.prepared }),
  };
  const settlement = await bound.settle(means.reader, first ?? null, doubt);
  const unread = settlement.kind === 'unknown' ? (settlement.unread ?? null) : null;
  const verdict = verdictOf(settlement);
  const lacks = verdict.verdict === 'reverted' && now !== null ? lacksOf(bound, row, now) : [];
  const madeGone = settlement.kind === 'not-done' && settlement.gone === true;
  const since = settlement.kind === 'done' ? (settlement.since ?? null) : null;
  const otherwise = settlement.kind === 'done' ? settlement.otherwise : undefined;
  const standing = { ...base, ...verdict, lacks, unread, gone: gone || madeGone, since };
  return otherwise === undefined ? standing : { ...standing, otherwise };
}

/** What the row changed, where nothing tells how much of that is lacking. */
function lacksOf(bound: BoundOperation, { seen }: DoneRow, now: TargetView): readonly Change[] {
  const prediction = bound.predict(now, seen?.prepared ?? {});
  return prediction.kind === 'will-do' ? prediction.changes : (seen?.changes ?? []);
}

function verdictOf(settlement: Settlement): Pick<Standing, 'verdict' | 'evidence'> {
  switch (settlement.kind) {
    case 'done':
      return { verdict: 'holds', evidence: settlement.evidence };
    case 'not-done':
      return { verdict: 'reverted', evidence: settlement.evidence };
    case 'failed':
      return { verdict: 'reverted', evidence: settlement.failure.message };
    case 'unknown':
      return { verdict: 'unsure', evidence: settlement.evidence };
  }
}

/** Things that were made hold as long as they are there. */
function judgeMade(readings: readonly Reading[]): Pick<Standing, 'verdict' | 'evidence'> {
  const gone = readings.find((reading) => reading.kind === 'absent');
  if (gone !== undefined) return { verdict: 'reverted', evidence: gone.failure.message };
  const unreadable = readings.find((reading) => reading.kind === 'unreadable');
  if (unreadable !== undefined) return { verdict: 'unsure', evidence: unreadable.failure.message };
  const names = readings.flatMap((one) => (one.kind === 'found' ? [`"${one.target.title}" (${one.target.id})`] : []));
  return { verdict: 'holds', evidence: `${names.join(', ')} is there.` };
}
