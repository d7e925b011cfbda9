import { Readable } from 'node:stream';
import { ManifestError } from '../../src/errors.js';
import {
  type ManifestRow,
  type ManifestSource,
  type OpenManifest,
  type OpenManifestOptions,
  openManifest,
} from '../../src/manifest/read-manifest.js';

export interface TextOptions extends OpenManifestOptions {
  readonly name?: string;
  /** The size of the chunks in which the bytes arrive. */
  readonly chunkBytes?: number;
}

/** A source that gives the bytes in chunks of a size. */
export function sourceOf(
  content: string | Uint8Array,
  { name = 'tasks.csv', chunkBytes }: TextOptions = {},
): ManifestSource {
  const bytes = Buffer.from(content);
  const size = chunkBytes ?? Math.max(1, bytes.length);
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.subarray(start, start + size));
  return { name, open: () => Readable.from(chunks, { objectMode: false }) };
}

export interface ReadManifest {
  readonly manifest: OpenManifest;
  readonly rows: readonly ManifestRow[];
}

/** Opens and reads to the end. */
export async function readSource(source: ManifestSource, options: OpenManifestOptions = {}): Promise<ReadManifest> {
  const manifest = await openManifest(source, options);
  const rows: ManifestRow[] = [];
  for await (const chunk of manifest.chunks()) rows.push(...chunk);
  return { manifest, rows };
}

export function readText(content: string | Uint8Array, options: TextOptions = {}): Promise<ReadManifest> {
  return readSource(sourceOf(content, options), options);
}

/** The rows' values only. */
export async function readCells(content: string | Uint8Array, options: TextOptions = {}) {
  const { rows } = await readText(content, options);
  return rows.map((row) => [...row.cells]);
}

export interface Refused {
  readonly code: string | null;
  readonly where: string | null;
  readonly message: string;
  readonly fix: string | null;
}

/** The error with which reading ends; fails when it does not. */
export async function refusalOf(reading: Promise<unknown>): Promise<Refused> {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ManifestError) {
    const { code, where, message, fix } = error;
    return { code, where, message, fix };
  }
  throw error ?? new Error('the manifest was not refused');
}
