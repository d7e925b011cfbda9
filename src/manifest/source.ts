import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { messageOf, systemCodeOf } from '../errors.js';
import { type Refusal, refusal } from './refusal.js';

const READ_BYTES = 64 * 1024;

/** Where a manifest's bytes come from. */
export interface ManifestSource {
  /** The path as it was given, or `-` for stdin. */
  readonly name: string;
  /** A stream of bytes from the beginning; called once. */
  open(): Readable;
  /** The number of bytes, where it is known before reading; for progress only. */
  readonly sizeBytes?: number;
}

/** The identity of a manifest: of the bytes as they lie on disk or arrive on stdin, before gzip and encoding. */
export interface Fingerprint {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A file. It is opened by reading, so a missing one is refused by `openManifest`. */
export function fileSource(path: string): ManifestSource {
  const open = () => createReadStream(path, { highWaterMark: READ_BYTES });
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? { name: path, open, sizeBytes: stat.size } : { name: path, open };
}

/** A stream that is already open, such as stdin. It is destroyed when reading ends early. */
export function stdinSource(stream: Readable): ManifestSource {
  return { name: '-', open: () => stream };
}

/** Reads a source once and takes its fingerprint on the way. */
export class SourceReader {
  readonly #source: ManifestSource;
  readonly #onProgress: ((bytesRead: number) => void) | undefined;
  readonly #hash = createHash('sha256');
  #stream: Readable | null = null;
  #bytes = 0;
  #fingerprint: Fingerprint | null = null;

  constructor(source: ManifestSource, onProgress?: (bytesRead: number) => void) {
    this.#source = source;
    this.#onProgress = onProgress;
  }

  /** @throws ManifestError when the source cannot be opened or read. */
  async *read(): AsyncGenerator<Buffer> {
    try {
      this.#stream = this.#source.open();
      for await (const chunk of this.#stream) {
        const bytes = toBuffer(chunk);
        this.#hash.update(bytes);
        this.#bytes += bytes.length;
        this.#onProgress?.(this.#bytes);
        yield bytes;
      }
    } catch (error) {
      throw refusal({ name: this.#source.name }, explainReadError(error));
    }
    this.#fingerprint = { sha256: this.#hash.digest('hex'), bytes: this.#bytes };
  }

  /** Ends a read that still waits for bytes. */
  destroy(): void {
    this.#stream?.destroy();
  }

  /** Null until the last byte was read. */
  get fingerprint(): Fingerprint | null {
    return this.#fingerprint;
  }
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (typeof chunk === 'string') return Buffer.from(chunk, 'utf8');
  throw new TypeError('a manifest source must be a stream of bytes');
}

function explainReadError(error: unknown): Refusal {
  const code = systemCodeOf(error);
  if (code === 'ENOENT') {
    return { message: 'There is no such file.', fix: 'Check the path.', code: 'FILE_NOT_FOUND', cause: error };
  }
  if (code === 'EISDIR') {
    return { message: 'This is a folder.', fix: 'Name a file in it.', code: 'FILE_UNREADABLE', cause: error };
  }
  return {
    message: `It cannot be read: ${messageOf(error)}.`,
    fix: 'Check that the file may be read and that its disk answers.',
    code: 'FILE_UNREADABLE',
    cause: error,
  };
}
