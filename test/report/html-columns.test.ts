import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText } from '../../src/report/cut-text.js';
import { type Column, packAlike, packColumn, unpackColumn, type Value } from '../../src/report/html/columns.js';

/** As the page gets it: through JSON. */
function throughPage(values: readonly Value[], columns: readonly Column[] = []): Value[] {
  const column = unpackColumn(JSON.parse(JSON.stringify(packColumn(values))), columns);
  return values.map((_, index) => column.at(index));
}

const anyValue = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.integer()), { nil: null });

test('a column comes out of the page as it went in', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { minLength: 1, maxLength: 120 }), (values) => {
      expect(throughPage(values)).toEqual(values);
    }),
  );
});

test('texts of few kinds come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('', 'failed', '__proto__', null), { minLength: 1 }), (values) => {
      expect(throughPage(values)).toEqual(values);
    }),
  );
});

test('times come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.maxSafeInteger()), { minLength: 60, maxLength: 200 }), (values) => {
      expect(throughPage(values)).toEqual(values);
    }),
  );
});

test.each([
  { what: 'nothing', values: [null, null], packed: null },
  { what: 'the same everywhere', values: ['a', 'a'], packed: { k: 'a' } },
  { what: 'counting up', values: [7, 8, 9], packed: { s: 7 } },
  {
    what: 'few kinds',
    values: ['a', 'b', 'a', 'a', null, 'a'],
    packed: { d: ['a', 'b', null], i: [0, 1, 0, 0, 2, 0] },
  },
  { what: 'numbers', values: [5, 9, null, 7], packed: { x: [5, 4, null, -2] } },
])('a column of $what takes little room', ({ values, packed }) => {
  expect(packColumn(values)).toEqual(packed);
});

test('addresses that end in ids are told by the ids', () => {
  const ids = ['a1', null, 'b2'];
  const packed = packAlike(['https://x/a1', null, 'https://x/b2'], ids, 0);
  expect(packed).toEqual({ p: 'https://x/', of: 0 });
  const column = unpackColumn(packed, [unpackColumn(ids, [])]);
  expect([0, 1, 2].map((index) => column.at(index))).toEqual(['https://x/a1', null, 'https://x/b2']);
});

test.each([
  { values: ['https://x/a1', 'https://y/b2'], other: ['a1', 'b2'] },
  { values: ['https://x/a1', null], other: ['a1', 'b2'] },
  { values: [null, null], other: ['a1', 'b2'] },
  { values: ['a1'], other: [''] },
])('$values is not told by $other', ({ values, other }) => {
  expect(packAlike(values, other, 0)).toBeNull();
});

test('a text is never cut within a character', () => {
  expect(cutText('ab😀cd', 3)).toBe('ab… [cut here: 6 characters in all]');
  expect(cutText('ab😀cd', 4)).toBe('ab😀… [cut here: 6 characters in all]');
});
