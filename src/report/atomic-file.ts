import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { messageOf, StateError, systemCodeOf, TaskbatchError } from '../errors.js';

/**
 * Writes a file as a whole or not at all: into a temporary one beside it, readable by its owner only, which takes the
 * place of `path` once it is complete and on the disk. Whoever reads `path` finds the old file or the new one. A link is
 * followed; what is there but is no file, such as a pipe or a terminal, is written to as it is.
 * @param again what to type to write it again.
 * @throws {StateError} when it can't be written; `path` is then as it was.
 */
export async function writeFileAtomically(
  path: string,
  write: (output: Writable) => Promise<void>,
  again = 'taskbatch report',
): Promise<void> {
  const place = await realpath(path).catch(() => path);
  const there = await stat(place).catch(() => null);
  if (there !== null && !there.isFile() && !there.isDirectory()) return writeThrough(path, write, again);
  const temporary = `${place}.${process.pid}.tmp`;
  try {
    // Made anew: what lies there was left by a dead process, and its mode may be another.
    await rm(temporary, { force: true });
    const output = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
    const closed = finished(output);
    try {
      await Promise.all([write(output).then(() => output.end()), closed]);
    } catch (error) {
      output.destroy();
      await closed.catch(() => undefined);
      throw error;
    }
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error instanceof TaskbatchError ? error : unwritable(path, error, again);
  }
}

async function writeThrough(path: string, write: (output: Writable) => Promise<void>, again: string): Promise<void> {
  const output = createWriteStream(path);
  try {
    const closed = finished(output);
    await Promise.all([write(output).then(() => output.end()), closed]);
  } catch (error) {
    output.destroy();
    throw error instanceof TaskbatchError ? error : unwritable(path, error, again);
  }
}

function unwritable(path: string, error: unknown, again: string): Error {
  const code = systemCodeOf(error);
  // What is no matter of the file is our bug, and keeps its stack.
  if (code === null || !/^E[A-Z]+$/.test(code)) return error instanceof Error ? error : new Error(messageOf(error));
  return new StateError(`The file can't be written: ${messageOf(error)}.`, {
    where: path,
    code: code === 'ENOSPC' ? 'DISK_FULL' : 'NOT_WRITABLE',
    fix:
      code === 'ENOSPC'
        ? `Free some space on that disk, then write it again: ${again}`
        : `Check that its folder exists and can be written, then write it again: ${again}`,
    cause: error,
  });
}
