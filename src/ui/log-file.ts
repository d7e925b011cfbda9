import { chmodSync, closeSync, fstatSync, openSync, renameSync } from 'node:fs';
import { pino } from 'pino';
import { messageOf, StateError } from '../errors.js';

/** A file that lines are appended to, each on the disk's cache when `write` returns: a killed process loses none. */
export interface LogFile {
  write(line: string): void;
  close(): void;
}

export interface LogFileOptions {
  readonly path: string;
  /** Above this the file becomes `<path>.1`, in place of an older one, and a new one begins; null = never. */
  readonly maxBytes: number | null;
  /** Told once when lines can't be written any more; the run goes on without them. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Opens or makes the file, readable by its owner only when it is new.
 * @throws {StateError} when that is not possible.
 */
export function openLogFile({ path, maxBytes, onTrouble }: LogFileOptions): LogFile {
  let opened = openFile(path);
  let troubled = false;
  const trouble = (error: unknown): void => {
    if (troubled) return;
    troubled = true;
    onTrouble(`The log ${path} can't be written any more: ${messageOf(error)}.`);
  };
  let output = createOutput(opened.descriptor, trouble);
  const rotate = (): void => {
    renameSync(path, `${path}.1`);
    const full = opened.descriptor;
    opened = openFile(path);
    closeSync(full);
    output = createOutput(opened.descriptor, trouble);
  };
  return {
    write: (line) => {
      if (troubled) return;
      try {
        const bytes = Buffer.byteLength(line);
        if (maxBytes !== null && opened.bytes > 0 && opened.bytes + bytes > maxBytes) rotate();
        opened.bytes += bytes;
        output.write(line);
      } catch (error) {
        trouble(error);
      }
    },
    close: () => {
      troubled = true;
      try {
        closeSync(opened.descriptor);
      } catch {
        // Nothing is lost: each line was written when it came.
      }
    },
  };
}

function openFile(path: string): { readonly descriptor: number; bytes: number } {
  try {
    const descriptor = openSync(path, 'a', 0o600);
    const { size } = fstatSync(descriptor);
    if (size === 0) chmodSync(path, 0o600);
    return { descriptor, bytes: size };
  } catch (error) {
    throw new StateError(`The log can't be written: ${messageOf(error)}.`, {
      where: path,
      code: 'NOT_WRITABLE',
      fix: 'Check that its folder exists and can be written, or choose another file with --log-file.',
      cause: error,
    });
  }
}

/** Synchronous, because asynchronous destinations lose what they hold when the process ends abruptly. */
function createOutput(descriptor: number, onError: (error: unknown) => void): { write(line: string): void } {
  const destination = pino.destination({ dest: descriptor, sync: true });
  destination.on('error', onError);
  return destination;
}
