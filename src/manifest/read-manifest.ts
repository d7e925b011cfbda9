import { type CsvOptions, CsvReader } from './csv-reader.js';
import { type ManifestEncoding, refuseForeignFormat } from './detect-encoding.js';
import { type Delimiter, detectFormat, sniffDelimiter } from './detect-format.js';
import { type JsonlOptions, JsonlReader } from './jsonl-reader.js';
import type { ManifestFormat, ManifestRow } from './manifest-row.js';
import { openManifestText } from './manifest-text.js';
import type { PeekableBytes } from './peekable-bytes.js';
import { type Fingerprint, type ManifestSource, SourceReader } from './source.js';

export type { ManifestEncoding } from './detect-encoding.js';
export type { ManifestFormat, ManifestProblem, ManifestRow } from './manifest-row.js';
export { type Fingerprint, fileSource, type ManifestSource, stdinSource } from './source.js';

/** The bound of one row in bytes, as UTF-8, unless another is given. */
export const DEFAULT_MAX_ROW_BYTES = 1_000_000;
/** The bound of the number of columns unless another is given; more than people make, less than hurts. */
export const DEFAULT_MAX_COLUMNS = 10_000;
const FIRST_LOOK_BYTES = 4096;

export interface OpenManifestOptions {
  /** The most bytes of one row, counted as UTF-8 and with its line end; memory use follows it. */
  readonly maxRowBytes?: number;
  /** The most columns of a CSV header, or different keys of a JSONL manifest. */
  readonly maxColumns?: number;
  /** Called after each read with the bytes so far, before unpacking; compare with `sizeBytes` of the source. */
  readonly onProgress?: (bytesRead: number) => void;
}

/** A manifest whose beginning was read and understood. */
export interface OpenManifest {
  readonly format: ManifestFormat;
  readonly gzip: boolean;
  readonly encoding: ManifestEncoding;
  /** Null for JSONL. */
  readonly delimiter: Delimiter | null;
  /**
   * CSV: the header as written. JSONL: the keys in order of first appearance, at first those of the first rows;
   * the array grows while reading.
   * Keys that differ only in what does not matter in column names share a column, under the first spelling.
   */
  readonly columns: readonly string[];
  /**
   * The rows in order, in arrays of some hundred: one asynchronous hop an array. Can be called once. A row that cannot
   * be used has a `problem`; text that makes the rows after it doubtful ends the reading.
   *
   * @throws ManifestError while reading, at text that cannot be read at all
   */
  chunks(): AsyncIterable<readonly ManifestRow[]>;
  /** Of the bytes as they lie on disk or arrive on stdin. Throws while bytes are still to be read. */
  fingerprint(): Fingerprint;
  /** Lets go of the source without reading on; not needed when `chunks` was left or has ended. */
  close(): Promise<void>;
}

/**
 * Opens a manifest: finds out about gzip, encoding, format and delimiter from the bytes, and reads a CSV's header or the
 * first rows of JSONL.
 * Memory is bounded by `maxRowBytes`, whatever the source sends.
 *
 * @throws ManifestError when the source cannot be read, is empty, is no CSV or JSONL, or has a header that is refused
 */
export async function openManifest(source: ManifestSource, options: OpenManifestOptions = {}): Promise<OpenManifest> {
  const { name } = source;
  const { maxRowBytes = DEFAULT_MAX_ROW_BYTES, maxColumns = DEFAULT_MAX_COLUMNS, onProgress } = options;
  const reader = new SourceReader(source, onProgress);
  const { text, sample, gzip, encoding, close } = await openManifestText(reader, name);
  const fingerprint = () => {
    if (reader.fingerprint === null) throw new Error('the fingerprint is asked for before all bytes were read');
    return reader.fingerprint;
  };
  try {
    refuseForeignFormat(sample, { name });
    const { format, delimiter } = await detectLayout(text, name, maxRowBytes);
    const limits = { name, maxRowBytes, maxColumns };
    const rows = await (delimiter === null ? openJsonl(text, limits) : openCsv(text, { ...limits, delimiter }));
    const chunks = callOnce(rows.chunks, 'the rows of a manifest can be read only once');
    return { format, gzip, encoding, delimiter, columns: rows.columns, chunks, fingerprint, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Layout = Pick<OpenManifest, 'format' | 'delimiter'>;
type Rows = Pick<OpenManifest, 'columns' | 'chunks'>;

/** Looks at the text up to the end of its first line, or of what one row may hold. */
async function detectLayout(text: PeekableBytes, name: string, maxRowBytes: number): Promise<Layout> {
  for (let bytes = FIRST_LOOK_BYTES; ; bytes *= 2) {
    const beginning = await text.peek(bytes);
    const { delimiter, complete } = sniffDelimiter(beginning);
    if (!complete && !text.ended && beginning.length <= maxRowBytes) continue;
    const format = detectFormat(name, beginning.toString('utf8'));
    return { format, delimiter: format === 'csv' ? delimiter : null };
  }
}

async function openCsv(text: PeekableBytes, options: CsvOptions): Promise<Rows> {
  const reader = new CsvReader(text, options);
  return { columns: await reader.readHeader(), chunks: () => reader.chunks() };
}

async function openJsonl(text: PeekableBytes, options: JsonlOptions): Promise<Rows> {
  const reader = new JsonlReader(text, options);
  await reader.readFirstRow();
  return { columns: reader.columns, chunks: () => reader.chunks() };
}

/** A second reading would find the source at its end and pass for a manifest without rows. */
function callOnce<T>(action: () => T, complaint: string): () => T {
  let called = false;
  return () => {
    if (called) throw new Error(complaint);
    called = true;
    return action();
  };
}
