import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, StateError } from '../errors.js';

/**
 * A file for this process only: mode 0600, in a folder of its own, and unlinked as soon as it is open where the system
 * allows that, so that nothing is left even by a killed process.
 */
export class TemporaryFile {
  readonly #folder: string;
  readonly #descriptor: number;
  #bytes = 0;
  #disposed = false;

  /**
   * @param directory an existing folder
   * @throws StateError when the file cannot be made
   */
  constructor(directory: string) {
    this.#folder = explain(directory, () => mkdtempSync(join(directory, 'spool-')));
    try {
      this.#descriptor = openSync(join(this.#folder, 'data'), 'wx+', 0o600);
    } catch (error) {
      this.#removeFolder();
      throw explained(directory, error);
    }
    try {
      this.#removeFolder();
    } catch {
      // Windows keeps a folder with an open file in it; `dispose` removes it.
    }
  }

  /**
   * Writes at the end.
   *
   * @returns the position for `read`
   * @throws StateError for a full disk, for example
   */
  append(block: Uint32Array): number {
    const position = this.#bytes;
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    explain(this.#folder, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
    this.#bytes += bytes.length;
    return position;
  }

  /** Fills the block from a position. */
  read(position: number, block: Uint32Array): void {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    explain(this.#folder, () => {
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
        if (count === 0) throw new Error('the file is shorter than what was written');
        done += count;
      }
    });
  }

  /** Closes and removes it; may be called again. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    closeSync(this.#descriptor);
    this.#removeFolder();
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function explain<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explained(folder, error);
  }
}

function explained(folder: string, error: unknown): StateError {
  return new StateError(`A temporary file cannot be used: ${messageOf(error)}.`, {
    where: folder,
    fix: 'Check that the folder may be written and that its disk has room.',
    code: 'TEMPORARY_FILE',
    cause: error,
  });
}
