import { type Place, refusal } from './refusal.js';

export type ManifestEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface DetectedEncoding {
  readonly encoding: ManifestEncoding;
  /** The length of the byte order mark at the beginning, 0 when there is none. */
  readonly bomBytes: number;
}

/** How many bytes of the beginning are enough to tell the encoding. */
export const ENCODING_SAMPLE_BYTES = 4096;

const BYTE_ORDER_MARKS: readonly (readonly [ManifestEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const FOREIGN_FORMATS: readonly (readonly [string, readonly number[]])[] = [
  ['a zip archive; an Excel workbook (.xlsx) is one too', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel workbook (.xls)', [0xd0, 0xcf, 0x11, 0xe0]],
  ['UTF-32 text', [0xff, 0xfe, 0x00, 0x00]],
  ['packed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['packed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
];

/** Refuses what people take for a CSV file although it is none, by name instead of by its first odd byte. */
export function refuseForeignFormat(head: Uint8Array, place: Place): void {
  const found = FOREIGN_FORMATS.find(([, magic]) => startsWith(head, magic));
  if (found === undefined) return;
  const fix = 'Save it as "CSV UTF-8", or give JSONL; either may be packed with gzip.';
  throw refusal(place, { message: `This is no CSV or JSONL file but ${found[0]}.`, fix, code: 'NOT_TEXT' });
}

/** Tells UTF-8 from UTF-16 by the byte order mark, and without one by where the zero bytes of ASCII characters lie. */
export function detectEncoding(sample: Uint8Array): DetectedEncoding {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => startsWith(sample, mark));
  if (marked !== undefined) return { encoding: marked[0], bomBytes: marked[1].length };
  if (looksLikeUtf16(sample, 0)) return { encoding: 'utf-16le', bomBytes: 0 };
  if (looksLikeUtf16(sample, 1)) return { encoding: 'utf-16be', bomBytes: 0 };
  return { encoding: 'utf-8', bomBytes: 0 };
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * One zero byte in a UTF-8 file must not turn it into UTF-16 and so into nonsense. It is UTF-16 when most characters are
 * ASCII so written, or when a line break is, unless most pairs of bytes make sense as two ASCII characters. Zero low
 * halves prove nothing; U+4E00, a very common character, has one.
 */
function looksLikeUtf16(sample: Uint8Array, lowHalf: 0 | 1): boolean {
  let ascii = 0;
  let lineBreaks = 0;
  let twoAscii = 0;
  const pairs = Math.floor(sample.length / 2);
  for (let pair = 0; pair < pairs; pair++) {
    const low = sample[2 * pair + lowHalf] ?? 0;
    const high = sample[2 * pair + 1 - lowHalf] ?? 0;
    if (low === 0 && high === 0) return false;
    if (high === 0) ascii++;
    if (high === 0 && (low === LINE_FEED || low === CARRIAGE_RETURN)) lineBreaks++;
    if (isPlainAscii(low) && isPlainAscii(high)) twoAscii++;
  }
  return ascii * 2 > pairs || (lineBreaks > 0 && twoAscii * 3 < pairs * 2);
}

function isPlainAscii(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
