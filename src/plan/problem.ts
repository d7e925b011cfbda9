/** Problems of rows, found without any network: shown together, each with its place, reason and fix. */
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

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

export interface ProblemList {
  add(problem: Problem): void;
  /** How many there are in all. */
  readonly count: number;
  /** The first {@link shownProblems}. */
  readonly first: readonly Problem[];
  /** The file that holds all of them, once there are more than are shown; null before. */
  readonly file: string | null;
  /** Waits until the file is complete. */
  close(): Promise<void>;
}

export const shownProblems = 50;

/** @param file where all problems go when there are more than {@link shownProblems}; made only then. */
export function createProblemList(manifestName: string, file: string): ProblemList {
  const first: Problem[] = [];
  let count = 0;
  let stream: WriteStream | null = null;
  const openFile = (): WriteStream => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const opened = createWriteStream(file, { mode: 0o600 });
    for (const problem of first) opened.write(`${formatProblem(manifestName, problem)}\n`);
    return opened;
  };
  return {
    add: (problem) => {
      count += 1;
      if (count <= shownProblems) {
        first.push(problem);
        return;
      }
      stream ??= openFile();
      stream.write(`${formatProblem(manifestName, problem)}\n`);
    },
    get count() {
      return count;
    },
    first,
    get file() {
      return stream === null ? null : file;
    },
    close: async () => {
      if (stream === null) return;
      stream.end();
      await finished(stream);
    },
  };
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
