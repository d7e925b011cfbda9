import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvCell, csvRecords } from '../../src/manifest/csv-text.js';

const cell: fc.Arbitrary<CsvCell> = fc.oneof(
  fc.constantFrom<CsvCell>(
    null,
    '',
    ' ',
    ',',
    '"',
    '\n',
    '\r',
    '\r\n',
    '\u0000',
    '\uFEFF',
    'a;b',
    '=1',
    0,
    -0,
    1e21,
    0.1,
  ),
  fc.string({ unit: 'binary' }),
  fc.integer(),
);

test('records are what csv-stringify makes of them, whatever their cells hold', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 5 })
        .chain((columns) =>
          fc.tuple(fc.constant(columns), fc.array(fc.array(cell, { minLength: columns, maxLength: columns }))),
        ),
      ([columns, records]) => {
        const header = Array.from({ length: columns }, (_, at) => `c${at}`);
        expect(csvRecords(header, records)).toBe(stringify(records, { quoted_empty: columns === 1 }));
      },
    ),
  );
});
