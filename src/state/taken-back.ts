/**
 * Which rows of a run later runs of the same state folder have taken back, told by the column that `undo` writes. What a
 * run of an undo did counts as long as it is not taken back itself.
 */
import { TaskbatchError } from '../errors.js';
import type { JsonObject } from '../json.js';
import { openRunDatabase, type RunDatabase } from './run-database.js';
import { runFolder } from './run-folder.js';
import { listRunIds } from './run-ids.js';
import { readRun } from './run-records.js';
import { cellsColumn, numberColumn, textColumn } from './values.js';

/** The column that says which row of which run a line takes back: `RUN/ROW`. */
export const undoOfColumn = 'undo_of';

/** A row that takes another one back, or was to. */
export interface UndoLine {
  readonly run: string;
  readonly number: number;
  /** The number of the row that it takes back. */
  readonly of: number;
  readonly isDone: boolean;
  /** Equal for lines with the same cells under the same headers. */
  readonly content: string;
}

export function undoContent(columns: readonly string[], cells: readonly (string | null)[]): string {
  const named: JsonObject = Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
  return JSON.stringify(named);
}

/** The run that a cell of the column names, and the row; null for anything else. */
export function parseUndoOf(cell: string): { readonly run: string; readonly row: number } | null {
  const match = /^([a-z0-9-]+)\/(\d+)$/.exec(cell.trim());
  return match === null ? null : { run: match[1] ?? '', row: Number(match[2]) };
}

/** Lines of later runs that take rows of this one back, those of a run that was taken back itself left out. */
export function undoLines(stateDir: string, run: string): UndoLine[] {
  const ids = listRunIds(stateDir);
  const lines: UndoLine[] = [];
  for (const later of ids.slice(ids.indexOf(run) + 1)) {
    const own = linesIn(stateDir, later, run);
    if (own.length === 0) continue;
    const undone = new Set(undoLines(stateDir, later).flatMap(({ of, isDone }) => (isDone ? [of] : [])));
    lines.push(...own.filter(({ number }) => !undone.has(number)));
  }
  return lines;
}

/** The rows of which a line was done, by their numbers, with all their lines. */
export function groupUndoLines(lines: readonly UndoLine[]): ReadonlyMap<number, readonly UndoLine[]> {
  const groups = new Map<number, UndoLine[]>();
  for (const { of, isDone } of lines) if (isDone) groups.set(of, []);
  for (const line of lines) groups.get(line.of)?.push(line);
  return groups;
}

/** The runs in which a line was done. */
export function runsThatDid(lines: readonly UndoLine[]): string[] {
  return [...new Set(lines.flatMap(({ run, isDone }) => (isDone ? [run] : [])))];
}

/** A run that can't be read takes nothing back that we know of. */
function linesIn(stateDir: string, later: string, run: string): UndoLine[] {
  let database: RunDatabase | null = null;
  try {
    database = openRunDatabase(runFolder(stateDir, later).database, 'read');
    const { columns, sandbox } = readRun(database).record;
    const at = columns.indexOf(undoOfColumn);
    if (at === -1 || sandbox) return [];
    return database
      .prepare(
        `SELECT row.number, row.state, source.cells FROM row JOIN source ON source.number = row.number
         WHERE row.state IN ('succeeded', 'failed', 'blocked', 'pending', 'sending', 'unknown')
           AND json_extract(source.cells, '$[${at}]') GLOB ? || '/*'`,
      )
      .all(run)
      .flatMap((row) => lineOf(row, later, columns, at));
  } catch (error) {
    if (error instanceof TaskbatchError) return [];
    throw error;
  } finally {
    database?.close();
  }
}

function lineOf(row: unknown, run: string, columns: readonly string[], at: number): UndoLine[] {
  const cells = cellsColumn(row, 'cells');
  const undoOf = parseUndoOf(cells[at] ?? '');
  if (undoOf === null) return [];
  return [
    {
      run,
      number: numberColumn(row, 'number') ?? 0,
      of: undoOf.row,
      isDone: textColumn(row, 'state') === 'succeeded',
      content: undoContent(columns, cells),
    },
  ];
}
