/** What becomes of one done row when its run is taken back: the rows that do it, or why there are none. */
import type { JsonObject } from '../json.js';
import { toJson } from '../json.js';
import { changedThings } from '../providers/changed-things.js';
import type { Reader } from '../providers/http.js';
import type { BoundOperation, SetBelow } from '../providers/operation.js';
import type { CatalogueEntry, Connection, FindEntry } from '../providers/provider.js';
import { type TargetView, targetKey } from '../providers/target.js';
import type { UndoRow } from '../providers/undo.js';
import { type WayBackRow, wayBack } from '../providers/way-back.js';
import type { RunDatabase } from '../state/run-database.js';
import { keptSnapshot } from '../state/snapshots.js';
import type { Standing } from '../verify/look-again.js';
import { findHurdle, type LaterRows, onceMore } from './hurdle.js';
import { leaveOutGone, type NamedMeans } from './leave-out-gone.js';
import type { MadeMeans } from './made-since.js';

/**
 * `already`: an earlier run of an undo took it back. `changed`: left out, for something else changed it since. `unsure`:
 * left out, for nothing tells whether it did.
 */
export type Coverage = 'whole' | 'part' | 'none' | 'already' | 'changed' | 'unsure';

/** A row of the manifest that takes another one back. */
export interface PlannedRow extends UndoRow {
  readonly entry: CatalogueEntry;
  /** As validation leaves them. */
  readonly args: JsonObject;
  /** The key of what it acts on; null for what makes a thing, and for what acts on a thing that is still to be made. */
  readonly target: string | null;
  /** Why the service would refuse it as things are now; null when it would not. */
  readonly refusal: string | null;
  /** What makes it possible all the same, done before; left out, or null, for nothing. */
  readonly restoredBy?: Restoring | null;
  /** Its target as it is now; null where that was not read, and for things that the row made. */
  readonly now: TargetView | null;
  /** What it gives all that is below its target; left out, or null, for nothing and where that is not known. */
  readonly setsBelow?: SetBelow | null;
  /** When its target was last changed, as the service tells; null where that is not known. */
  readonly updated: string | null;
}

/** A line that brings a thing back with what it is a part of. */
export interface Restoring {
  /** The key of what that line acts on. */
  readonly target: string;
  readonly operation: string;
  /** The thing as it is then. */
  readonly then: TargetView;
}

export interface RowFate {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  readonly coverage: Coverage;
  /** What is lost, or why it is left out. */
  readonly words: readonly string[];
  readonly rows: readonly PlannedRow[];
  /** Keys of what the row acted on, or made. */
  readonly targets: readonly string[];
  /** Whether the row made a thing, and taking it back deletes that. */
  readonly deletesMade: boolean;
  /** Keys of what the things that it made are parts of, as far as they are there. */
  readonly above: readonly string[];
  /** Fields that the row changed beside the others, and that stay, for something else set them since. */
  readonly stay?: readonly string[];
}

export interface FateMeans extends MadeMeans, NamedMeans {
  readonly connection: Connection;
  readonly database: RunDatabase;
  readonly entry: FindEntry;
  /** Takes back also what changed since. */
  readonly force: boolean;
}

/** @param later null where no later row of the run acted on the same target. */
export async function decideFate(standing: Standing, later: LaterRows | null, means: FateMeans): Promise<RowFate> {
  const { row, entry, args, targets } = standing;
  const { number, line, provider, operation } = row;
  const deletesMade = entry.makes !== null && args !== null && entry.target(args) === null;
  const wholes = deletesMade ? standing.made.flatMap(({ partOf }) => partOf) : [];
  const above = wholes.map((id) => targetKey(provider, { kind: 'task', id: id.toLowerCase() }));
  const base = { number, line, provider, operation, targets, deletesMade, above, rows: [] };
  const hurdle = await findHurdle(standing, later, deletesMade, means);
  if (hurdle !== null && !(means.force && hurdle.passable)) {
    return { ...base, coverage: hurdle.coverage, words: [hurdle.reason] };
  }
  if (args === null) return { ...base, coverage: 'none', words: [standing.evidence] };
  const snapshot = keptSnapshot(means.database, number);
  if ('damage' in snapshot) return { ...base, coverage: 'none', words: [snapshot.damage] };
  const past = {
    view: row.seen?.view ?? null,
    raw: snapshot.raw,
    prepared: row.seen?.prepared ?? {},
    createdIds: row.createdIds,
  };
  const { reach, words, rows: wanted } = wayBack(entry, args, past, means.entry);
  const planned = await planRows(wanted, standing, later, means);
  if ('trouble' in planned) return { ...base, coverage: 'unsure', words: [`${planned.trouble} ${onceMore}`] };
  const undone = describeForbidden(planned.rows, standing, args, later, means.connection);
  if (undone !== null && !means.force) return { ...base, coverage: 'changed', words: [undone] };
  const { kept } = planned;
  const takesAlong = planned.rows.some((row) => row.entry.takesAlong);
  const rows =
    deletesMade && takesAlong && means.force ? await datedByParts(planned.rows, standing, means) : planned.rows;
  const stay = kept.map(({ field }) => field);
  // Of what the run made, what others did to it goes with it.
  const forced =
    hurdle !== null && (deletesMade || standing.since !== null) ? [`what others did: ${hurdle.reason}`] : [];
  const overridden = undone === null ? [] : [`what others did: ${undone}`];
  const lost = [...forced, ...overridden, ...kept.map((one) => one.words), ...planned.lost];
  if (lost.length === 0 || reach === 'none') return { ...base, rows, coverage: reach, words };
  return { ...base, rows, coverage: 'part', words: [...words, ...lost], stay };
}

/** What is below a thing was seen by whoever takes it along unasked: only what is changed after that is news. */
async function datedByParts(
  rows: readonly PlannedRow[],
  { made }: Standing,
  { connection, reader }: FateMeans,
): Promise<PlannedRow[]> {
  const times: string[] = [];
  for (const thing of made) {
    const parts = connection.readParts === null ? null : await connection.readParts(reader, reader, thing);
    if (parts?.ok === true) times.push(...parts.value.flatMap(({ updated }) => updated ?? []));
  }
  const latest = (updated: string) => [updated, ...times].reduce((one, other) => (isLater(other, one) ? other : one));
  return rows.map((row) => ({ ...row, updated: row.updated === null ? null : latest(row.updated) }));
}

function isLater(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other);
}

/** What is left as it is now, for something else set it since. */
interface Kept {
  readonly field: string;
  /** They begin in lower case. */
  readonly words: string;
}

async function planRows(
  wanted: readonly WayBackRow[],
  standing: Standing,
  later: LaterRows | null,
  means: FateMeans,
): Promise<
  | { readonly rows: PlannedRow[]; readonly kept: Kept[]; readonly lost: readonly string[] }
  | { readonly trouble: string }
> {
  const rows: PlannedRow[] = [];
  const kept: Kept[] = [];
  const lost: string[] = [];
  for (const whole of wanted) {
    const { row: one, lost: gone } = await leaveOutGone(whole, means);
    lost.push(...gone);
    const other = means.force ? null : describeOther(one.row, standing.now, later);
    const planned = other === null ? await foretell(one, standing, means) : null;
    if (planned !== null && 'trouble' in planned) return planned;
    if (planned !== null) rows.push(planned);
    if (other !== null) kept.push(other);
  }
  return { rows, kept, lost };
}

/**
 * What something else has done to the target since, and taking the row back would undo beside it; null for nothing. What a
 * later row of the run did and is taken back itself is no doing of others.
 */
function describeForbidden(
  rows: readonly PlannedRow[],
  { row, now }: Standing,
  args: JsonObject,
  later: LaterRows | null,
  connection: Connection,
): string | null {
  const { seen } = row;
  if (now === null || seen === null) return null;
  const left = connection.bind(row.operation, args).leaves(seen.view, seen.prepared);
  const changes = rows
    .filter((one) => one.now !== null)
    .flatMap((one) => connection.bind(one.operation, one.args).forbiddenSince(left, now))
    .filter((change) => changedThings([change]).some((thing) => later?.changed.has(thing) !== true));
  if (changes.length === 0) return null;
  const list = changes.map(({ field, before, after }) => `${field} was ${before ?? 'empty'}, is ${after ?? 'empty'}`);
  return `"${now.title}" (${now.id}) was changed since by something else: ${list.join('; ')}.`;
}

/** What a later row of the run changed and is taken back itself is no doing of others. */
function describeOther({ beside }: UndoRow, now: Standing['now'], later: LaterRows | null): Kept | null {
  if (beside === undefined || now === null || later?.changed.has(beside.field) === true) return null;
  const words = beside.changedSince(now);
  return words === null ? null : { field: beside.field, words };
}

/** What planning would say of the row as things are now; `trouble`: the service could not be asked just now. */
async function foretell(
  { row, entry, args }: WayBackRow,
  { now, made, targets }: Standing,
  { connection, reader }: FateMeans,
): Promise<PlannedRow | { readonly trouble: string }> {
  const own = toJson(args);
  const unknown = { refusal: null, now: null, updated: null };
  if (row.ofMade !== undefined) return { ...row, entry, args: own, target: null, ...unknown };
  const bound = connection.bind(row.operation, own);
  const target = bound.target === null ? null : targetKey(connection.provider, bound.target);
  // Of several things that one row made, the first stands for all.
  const isKnown = now !== null && target !== null && targets[0] === target;
  const seen = isKnown ? now : made.find(({ id }) => id.toLowerCase() === bound.target?.id.toLowerCase());
  const updated = seen?.updated ?? null;
  const setsBelow = isKnown ? bound.setsBelow(now) : null;
  const planned = { ...row, entry, args: own, target, now: isKnown ? now : null, setsBelow };
  if (bound.target !== null && !isKnown) return { ...planned, refusal: null, updated };
  const prepared = await bound.prepare(reader, isKnown ? now : null);
  if (!prepared.ok) {
    const { message, retryable } = prepared.failure;
    return retryable ? { trouble: message } : { ...planned, refusal: message, updated };
  }
  if (!isKnown) return { ...planned, refusal: await refusalOfWhole(bound, prepared.value, reader), updated };
  const prediction = bound.predict(now, prepared.value);
  if (prediction.kind !== 'will-fail') return { ...planned, refusal: null, updated };
  const back = connection.comesBackWith(now);
  const then = { ...now, archived: false };
  const isPossible = back !== null && bound.predict(then, prepared.value).kind !== 'will-fail';
  const restoredBy = isPossible
    ? { target: targetKey(connection.provider, back.whole), operation: back.operation, then }
    : null;
  return { ...planned, refusal: prediction.failure.message, restoredBy, updated };
}

/**
 * Why what is made again can't be put below what it was a part of, as that is now. One that is not there may be made again
 * before it by another line.
 */
async function refusalOfWhole(bound: BoundOperation, prepared: JsonObject, reader: Reader): Promise<string | null> {
  if (bound.refusesWhole === null) return null;
  const whole = await bound.findNamed(reader, null, () => null);
  return whole.ok && whole.value !== null ? (bound.refusesWhole(whole.value, null, prepared)?.message ?? null) : null;
}
