import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, StateError, systemCodeOf, UsageError } from '../../errors.js';
import type { StarterFile } from './starter-files.js';

export interface WrittenFile extends Pick<StarterFile, 'path' | 'about'> {
  /** False for one that was there and was left as it is. */
  readonly written: boolean;
}

/**
 * Writes the files that are not there yet; nothing is ever written over.
 * @throws {UsageError} when one is there that can't be shared; then none is written.
 */
export function writeStarters(files: readonly StarterFile[], cwd: string): WrittenFile[] {
  const there = files.find(({ path, sharable }) => !sharable && existsSync(resolve(cwd, path)));
  if (there !== undefined) throw alreadyThere(there.path);
  return files.map(({ path, about, text }) => {
    const file = resolve(cwd, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      // Fails where a file appeared in the meantime.
      writeFileSync(file, text, { flag: 'wx' });
      return { path, about, written: true };
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw unwritable(file, error);
      if (files.some((one) => one.path === path && !one.sharable)) throw alreadyThere(path);
      return { path, about, written: false };
    }
  });
}

function alreadyThere(path: string): UsageError {
  return new UsageError(`The file ${path} is there already; it is not written over, and nothing was written.`, {
    code: 'FILE_EXISTS',
    fix: 'Give the new files another name: taskbatch init --name NAME',
  });
}

function unwritable(path: string, error: unknown): StateError {
  return new StateError(`The file can't be written: ${messageOf(error)}.`, {
    where: path,
    code: 'NOT_WRITABLE',
    fix: 'Check the rights and the free space of that folder.',
    cause: error,
  });
}
