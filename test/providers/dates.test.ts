import { expect, test } from 'vitest';
import { isoFromMs, isoFromText } from '../../src/providers/dates.js';

test.each([
  ['1567780450202', '2019-09-06T14:34:10.202Z'],
  [1567780450202, '2019-09-06T14:34:10.202Z'],
  ['0', '1970-01-01T00:00:00.000Z'],
  ['', null],
  ['soon', null],
  [null, null],
  [9e15, null],
])('the Unix time %j is %s', (value, expected) => {
  expect(isoFromMs(value)).toBe(expected);
});

test.each([
  ['2025-05-15T14:30:00.000Z', '2025-05-15T14:30:00.000Z'],
  ['2025-05-15T14:30:00Z', '2025-05-15T14:30:00.000Z'],
  ['2025-05-15T16:30:00+02:00', '2025-05-15T14:30:00.000Z'],
  ['2025-05-15T16:30:00+0200', '2025-05-15T14:30:00.000Z'],
  ['2025-05-15 14:30:00', '2025-05-15T14:30:00.000Z'],
  ['2025-05-15T14:30', '2025-05-15T14:30:00.000Z'],
  ['2025-05-15', '2025-05-15T00:00:00.000Z'],
  ['2025-13-45', null],
  ['15.05.2025', null],
  ['', null],
  [null, null],
  [1567780450202, null],
])('the date %j is %s', (value, expected) => {
  expect(isoFromText(value)).toBe(expected);
});
