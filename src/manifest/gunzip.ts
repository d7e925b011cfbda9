import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ManifestError, systemCodeOf } from '../errors.js';
import { type Refusal, refusal } from './refusal.js';

/** RFC 1952, section 2.3.1: ID1 and ID2. */
export const GZIP_MAGIC_BYTES = 2;
const OUTPUT_BYTES = 64 * 1024;

/** Whether the bytes begin like a gzip file; the file's name says nothing. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Unpacks gzip (also several members in a row) no faster than the result is read, so that a small file that unpacks to
 * a huge one costs no memory.
 *
 * @throws ManifestError when the data end early or are damaged.
 */
export async function* gunzipBytes(packed: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
  const feeding = pipeline(packed, gunzip);
  // The same error is thrown by reading `gunzip`; without a handler here it would end the process.
  feeding.catch(() => {});
  try {
    for await (const chunk of gunzip) yield chunk;
    await feeding;
  } catch (error) {
    throw error instanceof ManifestError ? error : refusal({ name }, explainGzipError(error));
  } finally {
    gunzip.destroy();
    await feeding.catch(() => {});
  }
}

function explainGzipError(error: unknown): Refusal {
  if (systemCodeOf(error) === 'Z_BUF_ERROR') {
    const message = 'The gzip file ends too early; a part of it is missing.';
    return { message, fix: 'Copy or download the file again.', code: 'GZIP_TRUNCATED', cause: error };
  }
  const message = 'The gzip file is damaged.';
  return { message, fix: 'Pack it again, or give the unpacked file.', code: 'GZIP_CORRUPT', cause: error };
}
