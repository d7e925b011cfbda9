/** CSV that nobody wrote with a library: what is taken is read as another parser reads it. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManifestError } from '../../src/errors.js';
import { readText } from './read-all.js';

/** Its published types need those of a browser. */
interface SecondParser {
  parse(text: string, options: Readonly<Record<string, unknown>>): { readonly data: string[][] };
}
const papaparse: SecondParser = createRequire(import.meta.url)('papaparse');

const columns = ['id', 'text', 'more'];

/** Cells right and wrong: quotes that open, close, double and stray. */
const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', 'a', 'b c', ' d', '0', 'é', '一', "'", '=1+1', '{"a":1}') },
  { weight: 4, arbitrary: fc.constantFrom('""', '"a"', '"a,b"', '"a;b"', '"a""b"', '""""', '"a\nb"', '"a\r\nb"') },
  { weight: 1, arbitrary: fc.constantFrom('"', 'a"b', '"a"b', ' "a"', '"a" ', '"""') },
);
const line = fc.array(cell, { minLength: 2, maxLength: 3 });
const document = fc.record({
  lines: fc.array(fc.oneof({ weight: 8, arbitrary: line }, { weight: 1, arbitrary: fc.constant(['']) }), {
    maxLength: 6,
  }),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n' as const, '\r\n' as const),
  ends: fc.boolean(),
});

it('reads what it takes as papaparse does, and refuses the rest with its line', async () => {
  let taken = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(document, async ({ lines, delimiter, newline, ends }) => {
      const all = [columns, ...lines];
      const text = all.map((cells) => cells.join(delimiter)).join(newline) + (ends ? newline : '');
      const read = await readText(text).catch((error: unknown) => {
        if (error instanceof ManifestError) return error;
        throw error;
      });
      if (read instanceof ManifestError) {
        refused += 1;
        expect(read.where).toMatch(/tasks\.csv/);
        return;
      }
      const { data } = papaparse.parse(text, { delimiter, newline });
      // A line of nothing but white space is no row, quoted or not.
      const records = data.slice(1).filter((cells) => cells.length > 1 || cells[0]?.trim() !== '');
      expect(read.rows).toHaveLength(records.length);
      for (const [index, { cells, problem }] of read.rows.entries()) {
        const record = records[index] ?? [];
        // An empty cell too many is refused too: `a,b, c,` has one where nobody quoted the comma in `b, c`.
        const isWhole = record.length === columns.length;
        if (isWhole) {
          taken += 1;
          expect(cells).toEqual(record.slice(0, columns.length));
        }
        expect(problem === undefined).toBe(isWhole);
      }
    }),
    { numRuns: 500 },
  );
  expect([taken > 50, refused > 50]).toEqual([true, true]);
});
