import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseColumnName } from '../../src/manifest/column-names.js';
import { readText } from './read-all.js';

/** Text of any kind, with a preference for what CSV gives a meaning; no control characters. */
const cell = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r\n', '\r', ' ', "'", '\\', '{', '\uFEFF'),
      },
      { weight: 3, arbitrary: fc.constantFrom('a', '0', 'é', '一', '\u{1F600}') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join('').replace(/(?![\t\n\r])\p{Cc}/gu, '_'));

const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    // A letter in front keeps names apart and the text from being taken for JSON.
    header: fc.tuple(...Array.from({ length: width }, (_, index) => cell.map((text) => `c${index}x${text}`))),
    rows: fc.array(fc.tuple(...Array.from({ length: width }, () => cell)), { maxLength: 6 }),
  }),
);

const style = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  record_delimiter: fc.constantFrom('\n', '\r\n', '\r'),
  quoted: fc.boolean(),
  eof: fc.boolean(),
  bom: fc.boolean(),
});
const encoding = fc.constantFrom('utf8' as const, 'utf16le' as const, 'utf16be' as const);

function encode(text: string, into: 'utf8' | 'utf16le' | 'utf16be'): Buffer {
  if (into === 'utf16be') return Buffer.from(text, 'utf16le').swap16();
  return Buffer.from(text, into);
}

function countLineBreaks(text: string): number {
  return text.split(/\r\n|\r|\n/).length - 1;
}

describe('a table written by csv-stringify', () => {
  it('is read back exactly, with the right line numbers, in any encoding and any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        style,
        encoding,
        fc.integer({ min: 1, max: 40 }),
        async (written, how, into, chunkBytes) => {
          const { header, rows } = written;
          fc.pre(new Set(header.map(normaliseColumnName)).size === header.length);
          // An empty cell in quotes is no blank line, and what is no line end or delimiter to the writer may be one to us.
          const options = { ...how, quoted_empty: true, quoted_match: /[\r\n,;|\t]/ };
          const text = stringify([header, ...rows], options);
          // Without a mark, UTF-16 is told by its Latin characters; with few of them that is a guess.
          const mark = into !== 'utf8' && !how.bom && /[^\0-\xff]/.test(text) ? '\uFEFF' : '';
          const { manifest, rows: read } = await readText(encode(mark + text, into), { chunkBytes });
          expect(manifest.columns).toEqual(header);
          let line = 1 + countLineBreaks(header.join(' ')) + 1;
          expect(read).toEqual(
            rows.map((cells, index) => {
              const row = { number: index + 1, line, cells };
              line += cells.reduce((sum, text) => sum + countLineBreaks(text), 1);
              return row;
            }),
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});
