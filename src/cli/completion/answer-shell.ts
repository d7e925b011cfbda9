/** The other end of the scripts of `scripts.ts`. A shell asks at every Tab: next to nothing is loaded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../exit-codes.js';
import type { CliContext } from '../context.js';
import { findCandidates } from './candidates.js';
import { type CompletionTable, tableFile } from './table.js';

/** Prints a candidate a line, `value<tab>about`, and `:files` or `:folders` where paths fit too. */
export function answerShell({ argv, cwd, packageDir, stdout }: CliContext): number {
  const table = readTable();
  if (table === null) return exitCodes.ok;
  const { words, paths } = findCandidates(argv.slice(1), table, { cwd, readyJobs: join(packageDir, 'jobs') });
  const lines = words.map(({ value, about }) => (about === '' ? value : `${value}\t${about}`));
  if (paths !== null) lines.push(`:${paths}`);
  if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
  return exitCodes.ok;
}

/** Null where there is none: a Tab must never show an error. */
function readTable(): CompletionTable | null {
  try {
    return JSON.parse(readFileSync(tableFile, 'utf8'));
  } catch {
    return null;
  }
}
