import { describe, expect, it } from 'vitest';
import { normaliseColumnName } from '../../src/manifest/column-names.js';
import { columnNames, controlColumns } from '../../src/plan/column-map.js';
import { findControlColumns, readAfter, readKey } from '../../src/plan/control-columns.js';
import { providers } from '../../src/providers/registry.js';

function columnsOf(headers: readonly string[], given: Readonly<Record<string, string>> = {}) {
  const columns = findControlColumns(headers, given, false);
  if (columns === null) throw new Error('there are none');
  return columns;
}

const keysOf = (cell: string) => readAfter(columnsOf(['after']), [cell]);

it('no operation has a column that would be taken for one of them', () => {
  const taken = providers
    .flatMap(({ operations }) => operations)
    .flatMap((entry) => Object.keys(entry.schema.shape).flatMap((column) => columnNames(entry, column)))
    .map(normaliseColumnName);
  expect(taken.filter((name) => controlColumns.some((control) => control === name))).toEqual([]);
});

describe('the columns', () => {
  it('are found whatever their case, and may be called otherwise by a job', () => {
    expect(columnsOf(['id', 'KEY', 'After'])).toMatchObject({ key: { index: 1 }, after: { index: 2 } });
    expect(columnsOf(['Step', 'Waits for', 'key'], { key: 'Step', after: 'waits_for' })).toMatchObject({
      key: { index: 0, name: 'Step' },
      after: { index: 1, name: 'Waits for' },
    });
  });

  it('are none where the manifest has none', () => {
    expect(findControlColumns(['id', '_key', 'keys'], {}, false)).toBeNull();
  });

  it('must be there when a job maps them, unless lines may still bring them', () => {
    expect(() => columnsOf(['id'], { key: 'Step' })).toThrow(/"Step", wanted for key, is not in the manifest/);
    expect(findControlColumns(['id'], { key: 'Step' }, true)).toBeNull();
  });
});

describe('a key', () => {
  const key = (cell: string) => readKey(columnsOf(['key']), [cell]);

  it('is 1 to 100 letters, digits, . _ and -', () => {
    expect(key(' a.B_1-x ')).toEqual({ key: 'a.B_1-x' });
    expect(key('k'.repeat(100))).toEqual({ key: 'k'.repeat(100) });
    expect(key('  ')).toEqual({ key: null });
    expect(key('k'.repeat(101))).toMatchObject({ fault: { reason: 'is longer than 100 characters' } });
    for (const wrong of ['a b', 'a;b', 'ä', '{a}', 'a\u0000b']) expect(key(wrong)).toMatchObject({ fault: {} });
    expect(key('__proto__')).toEqual({ key: '__proto__' });
  });

  it('loses the apostrophe that a report gave it', () => {
    const columns = columnsOf(['key', '_row', '_state']);
    expect(readKey(columns, ["'-a"])).toEqual({ key: '-a' });
  });
});

describe('after', () => {
  it('is a list with ; or a JSON array, each key once', () => {
    expect(keysOf('a; b ;;a')).toEqual({ keys: ['a', 'b'] });
    expect(keysOf('["a", "b", 3]')).toEqual({ keys: ['a', 'b', '3'] });
    expect(keysOf('')).toEqual({ keys: [] });
  });

  it.each([
    ['["a"', 'is no list of keys'],
    ['[{"a":1}]', 'is no list of keys'],
    ['a,b', 'is no key'],
    ['a;b c', 'is no key'],
    [Array.from({ length: 1_001 }, (_, index) => `k${index}`).join(';'), 'names more than 1000 rows'],
  ])('%.20s is refused', (cell, reason) => {
    expect(keysOf(cell)).toMatchObject({ fault: { column: 'after', reason } });
  });
});
