/**
 * Which rows of a run later runs of the same state folder have taken back, told by the column that `undo` writes. What a
 * run of an undo did counts as long as it is not taken back itself.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.js';
import { normaliseColumnName } from '../manifest/column-names.js';
import { wholeArgs } from './patterns.js';
import { readOther } from './read-other.js';
import type { RunDatabase } from './run-database.js';
import { listRunIds } from './run-ids.js';
import { readRun } from './run-records.js';
import { jsonColumn, numberColumn, textColumn } from './values.js';

/**
 * The column that says which row of which run a line takes back, and what the line asked for when it was written:
 * `RUN/ROW#DIGEST`, see {@link undoDigest}. Without a digest it is the word of whoever wrote it.
 */
export const undoOfColumn = 'undo_of';

/** A row that takes another one back, or was to. */
export interface UndoLine {
  readonly run: string;
  readonly number: number;
  /** The number of the row that it takes back. */
  readonly of: number;
  /** `doubtful`: a request for it left, and nobody knows yet what came of that. `open`: it was not done. */
  readonly standing: 'done' | 'doubtful' | 'open';
  /** Whether it asks for what `undo` wrote; a line that was edited since takes nothing back that we know of. */
  readonly isIntact: boolean;
  /** Equal for lines that ask for the same in place of the same row. */
  readonly content: string;
}

/** The place of the column in a manifest; -1 where it has none. Names are compared as those of all columns. */
function undoOfPlace(columns: readonly string[]): number {
  const wanted = normaliseColumnName(undoOfColumn);
  return columns.findIndex((column) => normaliseColumnName(column) === wanted);
}

/** What a cell of the column says. */
export interface UndoOf {
  readonly run: string;
  readonly row: number;
  /** Null where it has none. */
  readonly digest: string | null;
}

export function undoOfText({ run, row, digest }: UndoOf): string {
  return `${run}/${row}${digest === null ? '' : `#${digest}`}`;
}

/** Null for anything that is none. */
export function parseUndoOf(cell: string): UndoOf | null {
  const match = /^([a-z0-9-]+)\/(\d+)(?:#([0-9a-f]+))?$/.exec(cell.trim());
  return match === null ? null : { run: match[1] ?? '', row: Number(match[2]), digest: match[3] ?? null };
}

/**
 * Eight hex digits over what a line asks for, so that one that was edited is known from one that was not.
 * @param asked the row's values as validation leaves them; of a row that takes ids of others, the cells that it has.
 */
export function undoDigest(provider: string, operation: string, asked: JsonObject): string {
  const sorted = Object.entries(asked).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([provider, operation, sorted]))
    .digest('hex')
    .slice(0, 8);
}

/** The digest of a row as it is, from its columns `provider`, `operation`, `args` and `template`; null for one that was not read. */
function digestOf(row: unknown): string | null {
  const column = textColumn(row, 'template') === null ? 'args' : 'template';
  if (textColumn(row, column) === null) return null;
  return undoDigest(textColumn(row, 'provider') ?? '', textColumn(row, 'operation') ?? '', jsonColumn(row, column));
}

/** Whether the row asks for what its line did when it was written, as far as that is known. */
function isIntact({ digest }: UndoOf, own: string | null): boolean {
  return digest === null || own === null || digest === own;
}

/** Lines of later runs that take rows of this one back, those of a run that was taken back itself left out. */
export function undoLines(stateDir: string, run: string): UndoLine[] {
  const ids = listRunIds(stateDir);
  const lines: UndoLine[] = [];
  for (const later of ids.slice(ids.indexOf(run) + 1)) {
    const own = linesIn(stateDir, later, run);
    if (own.length === 0) continue;
    const undone = new Set(groupUndoLines(undoLines(stateDir, later)).keys());
    lines.push(...own.filter(({ number }) => !undone.has(number)));
  }
  return lines;
}

/**
 * The rows of which a line was done as it was written, by their numbers, with their lines that were done, and those that
 * no run has done.
 */
export function groupUndoLines(lines: readonly UndoLine[]): ReadonlyMap<number, readonly UndoLine[]> {
  const groups = new Map<number, UndoLine[]>();
  const done = new Set<string>();
  for (const line of lines) {
    if (line.standing !== 'done' || !line.isIntact) continue;
    groups.set(line.of, [...(groups.get(line.of) ?? []), line]);
    done.add(line.content);
  }
  for (const line of lines) if (line.isIntact && !done.has(line.content)) groups.get(line.of)?.push(line);
  return groups;
}

/** The runs that may have taken a row back, by its number: they ended before it was known whether a line of it was done. */
export function runsInDoubt(lines: readonly UndoLine[]): ReadonlyMap<number, readonly string[]> {
  const runs = new Map<number, string[]>();
  for (const { of, run, standing } of lines) {
    if (standing === 'doubtful') runs.set(of, [...new Set([...(runs.get(of) ?? []), run])]);
  }
  return runs;
}

/** Who took a row back, in a sentence; null where no run did. @param lines the row's own, of {@link groupUndoLines}. */
export function describeTakers(lines: readonly UndoLine[]): string | null {
  const runs = runsThatDid(lines);
  if (runs.length === 0) return null;
  return `Run ${runs.join(', ')} took ${lines.every(({ standing }) => standing === 'done') ? 'it' : 'a part of it'} back.`;
}

/** The runs in which a line was done. */
export function runsThatDid(lines: readonly UndoLine[]): string[] {
  return [...new Set(lines.flatMap(({ run, standing }) => (standing === 'done' ? [run] : [])))];
}

/** A run that can't be read takes nothing back that we know of. */
function linesIn(stateDir: string, later: string, run: string): UndoLine[] {
  const lines = readOther(stateDir, later, (database) => {
    const { columns, sandbox } = readRun(database).record;
    const at = undoOfPlace(columns);
    if (at === -1 || sandbox) return [];
    return database
      .prepare(
        `SELECT row.number, row.state, row.outcome, json_extract(source.cells, '$[${at}]') AS undo_of,
           ${wholeArgs} AS args, source.template, kind.provider, kind.operation
         FROM row JOIN source ON source.number = row.number JOIN kind ON kind.id = row.kind
         WHERE row.state <> 'invalid'
           AND trim(json_extract(source.cells, '$[${at}]')) GLOB ? || '/*'`,
      )
      .all(run)
      .flatMap((row) => lineOf(row, later));
  });
  return lines ?? [];
}

function lineOf(row: unknown, run: string): UndoLine[] {
  const undoOf = parseUndoOf(textColumn(row, 'undo_of') ?? '');
  // What it asked for was so already: whatever made it so, this line did not.
  const isSo = textColumn(row, 'outcome') === 'already';
  if (undoOf === null || isSo) return [];
  const own = digestOf(row);
  return [
    {
      run,
      number: numberColumn(row, 'number') ?? 0,
      of: undoOf.row,
      standing: standingOf(textColumn(row, 'state')),
      isIntact: isIntact(undoOf, own),
      content: contentOf(undoOf, own),
    },
  ];
}

function standingOf(state: string | null): UndoLine['standing'] {
  if (state === 'succeeded') return 'done';
  return state === 'sending' || state === 'unknown' ? 'doubtful' : 'open';
}

/** A row that was not read counts as what its line was when it was written. */
function contentOf({ run, row, digest }: UndoOf, own: string | null): string {
  return undoOfText({ run, row, digest: own ?? digest });
}

/** A row to do that takes another one back. */
export interface PendingUndo {
  readonly number: number;
  readonly line: number;
  readonly undoOf: UndoOf;
  readonly isIntact: boolean;
  /** As {@link UndoLine.content}. */
  readonly content: string;
}

/** Streams them, in manifest order. */
export function* pendingUndo(database: RunDatabase, columns: readonly string[]): Generator<PendingUndo> {
  const at = undoOfPlace(columns);
  if (at === -1) return;
  const rows = database
    .prepare(
      `SELECT row.number, source.line, json_extract(source.cells, '$[${at}]') AS undo_of, ${wholeArgs} AS args,
         source.template, kind.provider, kind.operation
       FROM row JOIN source ON source.number = row.number JOIN kind ON kind.id = row.kind
       WHERE row.state = 'pending' ORDER BY row.number`,
    )
    .iterate();
  for (const row of rows) {
    const undoOf = parseUndoOf(textColumn(row, 'undo_of') ?? '');
    if (undoOf === null) continue;
    const own = digestOf(row);
    yield {
      number: numberColumn(row, 'number') ?? 0,
      line: numberColumn(row, 'line') ?? 0,
      undoOf,
      isIntact: isIntact(undoOf, own),
      content: contentOf(undoOf, own),
    };
  }
}

/** Rows to do that ask for something else than `undo` wrote, and the source lines of the first ones. */
export interface EditedUndoLines {
  readonly rows: number;
  readonly firstLines: readonly number[];
}

const mostNamed = 5;

export function findEditedUndoLines(database: RunDatabase, columns: readonly string[]): EditedUndoLines {
  const firstLines: number[] = [];
  let rows = 0;
  for (const { line, isIntact: asWritten } of pendingUndo(database, columns)) {
    if (asWritten) continue;
    rows += 1;
    if (firstLines.length < mostNamed) firstLines.push(line);
  }
  return { rows, firstLines };
}
