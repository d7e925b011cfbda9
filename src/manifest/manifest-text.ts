import { decodeText } from './decode-text.js';
import { detectEncoding, ENCODING_SAMPLE_BYTES, type ManifestEncoding } from './detect-encoding.js';
import { GZIP_MAGIC_BYTES, gunzipBytes, isGzip } from './gunzip.js';
import { PeekableBytes } from './peekable-bytes.js';
import type { SourceReader } from './source.js';

/** A source's bytes, unpacked and decoded; nothing was refused yet. */
export interface ManifestText {
  readonly gzip: boolean;
  readonly encoding: ManifestEncoding;
  /** The first unpacked bytes, before decoding. */
  readonly sample: Buffer;
  /** Pieces of checked UTF-8; see `decodeText`. */
  readonly text: PeekableBytes;
  /** Lets go of the source, also while a read waits for bytes. */
  close(): Promise<void>;
}

/** Puts unpacking and decoding on top of a source, as its first bytes ask for. Errors of the source wait in `text`. */
export async function openManifestText(reader: SourceReader, name: string): Promise<ManifestText> {
  const raw = new PeekableBytes(reader.read());
  const gzip = isGzip(await raw.peek(GZIP_MAGIC_BYTES));
  const plain = gzip ? new PeekableBytes(gunzipBytes(raw, name)) : raw;
  const sample = await plain.peek(ENCODING_SAMPLE_BYTES);
  const detected = detectEncoding(sample);
  const text = new PeekableBytes(decodeText(plain, detected));
  const close = async () => {
    reader.destroy();
    for (const layer of [text, plain, raw]) await layer.close();
  };
  return { gzip, encoding: detected.encoding, sample, text, close };
}
