/** What rows that delete a whole mean for its parts: those that other rows act on, and those that no row names. */
import { type Failure, localFailure } from '../failure.js';
import { splitTemplate } from '../manifest/reference-cells.js';
import { referencesIn } from '../manifest/reference-text.js';
import type { FindEntry } from '../providers/provider.js';
import { lostAbove } from '../providers/undo.js';
import { unchangedSinceColumn } from '../run/later-change.js';
import { blockedResult, keptPartFailure } from '../run/row-end.js';
import { rowsOnKeptParts, type UnnamedPart, unnamedParts } from '../state/gone-along.js';
import {
  countGoingAlong,
  hasJoining,
  type PartRow,
  reachingParts,
  rowsJoining,
  rowsLostAbove,
  rowsOnParts,
  takingAlong,
  takingKinds,
} from '../state/parts.js';
import { type IdTaker, idTakers } from '../state/row-links.js';
import { countRows } from '../state/row-reads.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { pendingUndo } from '../state/taken-back.js';
import { writeReach } from '../state/ways-back.js';

/** Services with rows to do that reach parts of their targets; `some`: not all rows of such an operation do. */
export function servicesReachingParts(database: RunDatabase, entry: FindEntry): Map<string, 'all' | 'some'> {
  const services = new Map<string, 'all' | 'some'>();
  for (const { provider, operation, state } of countRows(database)) {
    // Rows that are not to do may have no operation.
    if (state !== 'pending') continue;
    const { mayReachParts, takesAlong } = entry(provider, operation);
    if (!mayReachParts || services.get(provider) === 'all') continue;
    services.set(provider, takesAlong ? 'all' : 'some');
  }
  return services;
}

/** How many things that no row names are reached with the targets of the rows to do, as far as planning was told. */
export interface PartCounts {
  /** They are deleted along. */
  readonly goingAlong: number;
  /** They are changed along and not deleted. */
  readonly changedAlong: number;
}

export function countParts(database: RunDatabase, entry: FindEntry): PartCounts {
  const deleting = takingAlong(database, entry);
  const reaching = reachingParts(database, entry);
  const goingAlong = deleting.length === 0 ? 0 : countGoingAlong(database, deleting);
  // What takes along reaches parts as well: where nothing else does, all is counted already.
  const reached = reaching.length === deleting.length ? goingAlong : countGoingAlong(database, reaching);
  return { goingAlong, changedAlong: reached - goingAlong };
}

/**
 * Blocks rows that would take along what another row is to change: in which order is not told, and only the one that is
 * blocked can be made up for later. Two rows that both take along agree, and one may wait for the other. Blocks too what
 * would take along, or change, a thing of which another row says that it is not to be touched.
 * @returns whether any was blocked.
 */
export function blockWholes(database: RunDatabase, entry: FindEntry, nowMs: number): boolean {
  const failures = new Map<number, Failure>();
  const note = <Part extends PartRow>(parts: Iterable<Part>, describe: (part: Part) => Failure): void => {
    for (const part of parts) if (!failures.has(part.whole)) failures.set(part.whole, describe(part));
  };
  if (hasJoining(database)) note(rowsJoining(database, takingKinds(database, entry)), joinsTarget);
  const kinds = takingAlong(database, entry);
  if (kinds.length > 0) {
    note(changingRows(rowsOnParts(database, kinds), entry), partOfTarget);
  }
  const reaching = reachingParts(database, entry);
  if (reaching.length > 0) note(rowsOnKeptParts(database, reaching), keptPartFailure);
  return blockRows(database, failures, nowMs);
}

/** @param failures by the rows' numbers. @returns whether there are any. */
function blockRows(database: RunDatabase, failures: ReadonlyMap<number, Failure>, nowMs: number): boolean {
  if (failures.size === 0) return false;
  database.transaction(() => {
    for (const [number, failure] of failures) {
      writeRowResult(database, number, 'planned-out', blockedResult(failure, nowMs, 0));
    }
  });
  return true;
}

/**
 * Blocks lines that delete what a run made where something was put below it since they were written: the time of change
 * of the whole does not tell of that. @returns whether any was blocked.
 */
export function blockGrownWholes(
  database: RunDatabase,
  entry: FindEntry,
  columns: readonly string[],
  nowMs: number,
): boolean {
  const kinds = takingAlong(database, entry);
  if (kinds.length === 0) return false;
  const lines = [...pendingUndo(database, columns)].map(({ number }) => number);
  if (lines.length === 0) return false;
  const failures = new Map<number, Failure>();
  for (const part of unnamedParts(database, kinds, lines)) {
    const isKnown = part.updated !== null && Date.parse(part.updated) <= part.unchangedSinceMs;
    if (!isKnown && !failures.has(part.whole)) failures.set(part.whole, grownFailure(part));
  }
  return blockRows(database, failures, nowMs);
}

function grownFailure({ id, updated, unchangedSinceMs }: UnnamedPart): Failure {
  const since = new Date(unchangedSinceMs).toISOString();
  return localFailure(
    'GUARD',
    'TARGET_CHANGED',
    `It takes along ${id}, which no line names, and which was changed ${updated === null ? 'nobody knows when' : `at ${updated}`}; ${unchangedSinceColumn} is ${since}.`,
    'Look at what is below the target; then write the lines anew, by how things are now: taskbatch undo.',
  );
}

/** Tells of rows that undo can't make again: what their targets are a part of goes along with another row's. */
export function tellLostAbove(database: RunDatabase, entry: FindEntry): void {
  const kinds = takingAlong(database, entry);
  const lost = kinds.length === 0 ? [] : rowsLostAbove(database, kinds);
  if (lost.length === 0) return;
  database.transaction(() => {
    for (const number of lost) writeReach(database, number, { reach: 'none', words: [lostAbove] });
  });
}

/**
 * Tells of rows that undo can't take back: another row moves below what they make a thing that the run does not make, and
 * that would be deleted with it. So would what is above it.
 */
export function tellJoined(database: RunDatabase, entry: FindEntry): void {
  const joined = new Set<number>();
  for (const taker of idTakers(database, 'named')) if (joinsMade(taker, entry)) joined.add(taker.onRow);
  if (joined.size === 0) return;
  // What is added to a set while it is walked through is met as well.
  for (const number of joined) {
    for (const taker of idTakers(database, number)) if (joinsMade(taker, entry)) joined.add(taker.onRow);
  }
  database.transaction(() => {
    for (const number of joined) writeReach(database, number, { reach: 'none', words: [movedBelow] });
  });
}

/** Whether it is a part of the other row's thing that the row makes its target, or what it makes. */
function joinsMade({ provider, operation, template, key }: IdTaker, entry: FindEntry): boolean {
  const { joins } = entry(provider, operation);
  const [cell] = splitTemplate(template).filter(({ column }) => column === joins);
  return cell !== undefined && referencesIn(cell.parts).some((reference) => reference.key === key);
}

const movedBelow =
  'Another row moves below it what the run does not make: that would be deleted with it, so it is left as it is.';

function* changingRows(rows: Iterable<PartRow>, entry: FindEntry): Generator<PartRow> {
  for (const row of rows) if (!entry(row.provider, row.operation).takesAlong) yield row;
}

function partOfTarget({ number, line, operation }: PartRow): Failure {
  return localFailure(
    'CONFLICT',
    'PART_OF_TARGET',
    `It takes along the target of row ${number} (line ${line}), which is a part of its own, and which that row wants to ${operation}.`,
    'Remove one of the two rows, do this one in a later run, or let it wait for the other: the column `after`.',
  );
}

function joinsTarget({ number, line, operation }: PartRow): Failure {
  return localFailure(
    'CONFLICT',
    'JOINS_TARGET',
    `It takes along what row ${number} (line ${line}) puts below it by ${operation}, and all that belongs to that.`,
    'Remove one of the two rows. If both are meant, do this one in a later run, whose plan shows what goes along.',
  );
}
