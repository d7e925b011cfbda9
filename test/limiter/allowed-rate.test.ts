import { expect, test } from 'vitest';
import { allowedRate } from '../../src/limiter/allowed-rate.js';

test.each([
  ['what is asked for, where the service states more', { asked: 60, mostPerMinute: 100, stated: null }, 60],
  ['what the service states, where more is asked for', { asked: 800, mostPerMinute: 100, stated: null }, 100],
  ['what answers state in place of the pages: more', { asked: 800, mostPerMinute: 100, stated: 1_000 }, 800],
  ['what answers state in place of the pages: less', { asked: 100, mostPerMinute: 100, stated: 50 }, 50],
  ['without a figure asked for, as much as the pages state', { asked: 0, mostPerMinute: 100, stated: null }, 100],
  ['without a figure asked for, as much as answers state', { asked: 0, mostPerMinute: 100, stated: 1_000 }, 1_000],
  ['where no page binds, what is asked for', { asked: 800, mostPerMinute: null, stated: null }, 800],
  ['where no page binds, what answers state all the same', { asked: 800, mostPerMinute: null, stated: 50 }, 50],
  ['no limit, where nothing is asked for and nothing stated', { asked: 0, mostPerMinute: null, stated: null }, 0],
])('%s', (_case, bounds, rate) => {
  expect(allowedRate(bounds)).toBe(rate);
});
