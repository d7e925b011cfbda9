import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes pieces of text as fast as `output` takes them, and leaves it open: it may be stdout. Rejects with the error
 * of `output` or of `pieces`, which are told to end then.
 */
export async function writePieces(pieces: Iterable<string> | AsyncIterable<string>, output: Writable): Promise<void> {
  await pipeline(Readable.from(pieces), output, { end: false });
}
