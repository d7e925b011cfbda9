import { expect, test } from 'vitest';
import { showPlace } from '../../src/job/show-place.js';

test.each([
  ['a: 1\nbb: 2\n', 5, '  bb: 2\n  ^'],
  ['row.x = 1', 6, '  row.x = 1\n        ^'],
  ['a: 1\r\n\tb: [2\r\n', 10, '  \tb: [2\n  \t   ^'],
  ['a: [1\n', 6, '  a: [1\n       ^'],
  ['', 0, '  \n  ^'],
])('in %j the place %i is shown', (text, offset, shown) => {
  expect(showPlace(text, offset)).toBe(shown);
});
