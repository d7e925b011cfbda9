import { isUtf8 } from 'node:buffer';
import { describeCharacter, findControlCharacter } from './control-characters.js';
import type { DetectedEncoding } from './detect-encoding.js';

/** The most bytes that go into one piece; bounds the work done between two looks at the event loop. */
const PIECE_BYTES = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** Text that is refused. It stands right after the last byte that was given out; the reader knows the line. */
export class TextFault extends Error {
  readonly code: 'ENCODING' | 'CONTROL_CHARACTER';
  readonly fix: string;

  constructor(code: 'ENCODING' | 'CONTROL_CHARACTER', message: string, fix: string) {
    super(message);
    this.name = 'TextFault';
    this.code = code;
    this.fix = fix;
  }
}

/**
 * Turns bytes into pieces of checked UTF-8: no byte order mark, no broken sequences, no control characters, and no
 * piece ends within a character. Bytes are checked instead of decoded because the CSV parser takes bytes.
 *
 * @throws TextFault after all text before the fault was given out.
 */
export async function* decodeText(bytes: AsyncIterable<Buffer>, detected: DetectedEncoding): AsyncGenerator<Buffer> {
  const cut = detected.encoding === 'utf-8' ? cutUtf8 : detected.encoding === 'utf-16le' ? cutUtf16le : cutUtf16be;
  let carry: Buffer = EMPTY;
  for await (const slice of slices(bytes, detected.bomBytes)) {
    const joined = carry.length === 0 ? slice : Buffer.concat([carry, slice]);
    const { text, fault, rest } = cut(joined);
    yield* checkControls(text);
    if (fault !== null) throw fault;
    // A copy, because the source may reuse its memory.
    carry = rest.length === 0 ? EMPTY : Buffer.from(rest);
  }
  if (carry.length > 0) throw new TextFault('ENCODING', 'The text ends within a character.', SAVE_AS_UTF8);
}

async function* slices(bytes: AsyncIterable<Buffer>, skipBytes: number): AsyncGenerator<Buffer> {
  let skip = skipBytes;
  for await (const chunk of bytes) {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    for (let start = skipped; start < chunk.length; start += PIECE_BYTES) {
      yield chunk.subarray(start, start + PIECE_BYTES);
    }
  }
}

function* checkControls(text: Buffer): Generator<Buffer> {
  const index = findControlCharacter(text);
  const good = index < 0 ? text : text.subarray(0, index);
  if (good.length > 0) yield good;
  if (index < 0) return;
  const character = describeCharacter(text.toString('utf8', index, index + 2));
  const message = `There is a control character (${character}) in the text.`;
  throw new TextFault('CONTROL_CHARACTER', message, 'Remove it; only tabs and line breaks are allowed.');
}

interface Cut {
  /** Whole, valid characters as UTF-8. */
  readonly text: Buffer;
  /** What comes right after the text, when that is no character. */
  readonly fault: TextFault | null;
  /** The beginning of a character whose end has not arrived. */
  readonly rest: Buffer;
}

const SAVE_AS_UTF8 = 'Save the file as UTF-8 (in Excel: "CSV UTF-8").';

function cutUtf8(bytes: Buffer): Cut {
  const whole = bytes.subarray(0, bytes.length - incompleteTailBytes(bytes));
  if (isUtf8(whole)) return { text: whole, fault: null, rest: bytes.subarray(whole.length) };
  const index = findInvalidUtf8(whole);
  const byte = (whole[index] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  const fault = new TextFault('ENCODING', `The byte 0x${byte} is not UTF-8.`, SAVE_AS_UTF8);
  return { text: whole.subarray(0, index), fault, rest: EMPTY };
}

/** The number of bytes that a UTF-8 sequence with this first byte has, 0 for a byte that cannot be the first. */
function sequenceBytes(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function incompleteTailBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceBytes(byte) > back ? back : 0;
  }
  return 0;
}

function findInvalidUtf8(bytes: Uint8Array): number {
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceBytes(bytes[index] ?? 0);
    if (length === 0 || !isUtf8(bytes.subarray(index, index + length))) break;
    index += length;
  }
  return index;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function cutUtf16le(bytes: Buffer): Cut {
  let end = bytes.length - (bytes.length % 2);
  // The first half of a surrogate pair waits for the second.
  if (end >= 2 && ((bytes[end - 1] ?? 0) & 0xfc) === 0xd8) end -= 2;
  const text = bytes.toString('utf16le', 0, end);
  const index = text.search(LONE_SURROGATE);
  if (index < 0) return { text: Buffer.from(text), fault: null, rest: bytes.subarray(end) };
  const half = describeCharacter(text.charAt(index));
  const fault = new TextFault('ENCODING', `There is half a character (${half}) in the UTF-16 text.`, SAVE_AS_UTF8);
  return { text: Buffer.from(text.slice(0, index)), fault, rest: EMPTY };
}

function cutUtf16be(bytes: Buffer): Cut {
  const even = bytes.length - (bytes.length % 2);
  const { text, fault, rest } = cutUtf16le(Buffer.from(bytes.subarray(0, even)).swap16());
  const unswapped = bytes.subarray(even - rest.length);
  return { text, fault, rest: fault === null ? unswapped : EMPTY };
}
