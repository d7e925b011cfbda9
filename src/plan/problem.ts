/** Problems of rows, found without any network: shown together, each with its place, reason and fix. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openSqlite } from '../state/sqlite.js';

export interface Problem {
  /** 1 = the first record after the header; 0 = the header itself. */
  readonly row: number;
  /** Source line on which the record starts, from 1. */
  readonly line: number;
  /** The column as the manifest names it; null when the whole row is meant. */
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
  readonly fix: string;
  readonly code: string;
}

/** Problems in manifest order, whatever the order in which they are found; those of one row as they were added. */
export interface ProblemList {
  add(problem: Problem): void;
  /** How many there are in all. */
  readonly count: number;
  /** The first {@link shownProblems}. */
  readonly first: readonly Problem[];
  /** The file that holds all of them, once there are more than are shown; null before. */
  readonly file: string | null;
  /** Writes the file, where there is one, and waits until it is complete. */
  close(): Promise<void>;
}

export const shownProblems = 50;

/**
 * Clashes and broken ties between rows are found after the last row, so what is found is not yet in order.
 * @param file where all problems go when there are more than {@link shownProblems}; made only then, on closing.
 */
export function createProblemList(manifestName: string, file: string): ProblemList {
  const first: Problem[] = [];
  let count = 0;
  let sorter: ProblemSorter | null = null;
  let closed: Promise<void> | null = null;
  const openSorter = (): ProblemSorter => {
    const opened = createProblemSorter(manifestName);
    for (const problem of first) opened.add(problem);
    return opened;
  };
  return {
    add: (problem) => {
      count += 1;
      if (count > shownProblems) {
        sorter ??= openSorter();
        sorter.add(problem);
      }
      const at = first.findLastIndex(({ row }) => row <= problem.row) + 1;
      first.splice(at, 0, problem);
      first.length = Math.min(first.length, shownProblems);
    },
    get count() {
      return count;
    },
    first,
    get file() {
      return sorter === null ? null : file;
    },
    close: () => {
      closed ??= sorter === null ? Promise.resolve() : writeFile(sorter, file);
      return closed;
    },
  };
}

async function writeFile(sorter: ProblemSorter, file: string): Promise<void> {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    await pipeline(Readable.from(sorter.lines()), createWriteStream(file, { mode: 0o600 }));
  } finally {
    sorter.close();
  }
}

interface ProblemSorter {
  add(problem: Problem): void;
  /** In manifest order. */
  lines(): Iterable<string>;
  close(): void;
}

/** A million refused rows are sorted on disk: an unnamed SQLite database is a temporary file that vanishes with it. */
function createProblemSorter(manifestName: string): ProblemSorter {
  const database = openSqlite('');
  database.exec('CREATE TABLE problem (row INTEGER, seq INTEGER, text TEXT, PRIMARY KEY (row, seq)) WITHOUT ROWID');
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO problem (row, seq, text) VALUES (?, ?, ?)');
  // Held as long as the sorter: a driver frees a statement that nobody holds, in the midst of its rows too.
  const sorted = database.prepare('SELECT text FROM problem ORDER BY row, seq');
  let seq = 0;
  return {
    add: (problem) => {
      seq += 1;
      // As JSON, because SQLite cuts a string at NUL.
      insert.run(problem.row, seq, JSON.stringify(formatProblem(manifestName, problem)));
    },
    lines: function* () {
      for (const found of sorted.iterate()) yield `${readText(found)}\n`;
    },
    close: () => database.close(),
  };
}

function readText(found: unknown): string {
  if (typeof found !== 'object' || found === null || !('text' in found)) return '';
  return typeof found.text === 'string' ? String(JSON.parse(found.text)) : '';
}

/** `tasks.csv:12 (row 11), Task ID "1.2E+15": was turned into … Copy the id …` */
export function formatProblem(manifestName: string, problem: Problem): string {
  const column = problem.column === null ? '' : `, ${problem.column}`;
  const value = problem.value === null ? '' : ` ${JSON.stringify(shorten(problem.value))}`;
  const row = problem.row === 0 ? '' : ` (row ${problem.row})`;
  return `${manifestName}:${problem.line}${row}${column}${value}: ${problem.reason}. ${problem.fix}`;
}

function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}…` : value;
}
