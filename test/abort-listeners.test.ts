import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { abortListeners } from '../src/abort-listeners.js';

test('all who wait are told once, in their order, through one listener of the signal', () => {
  const stop = new AbortController();
  const told: number[] = [];
  const leaver = () => told.push(0);
  abortListeners(stop.signal).add(leaver);
  for (const number of [1, 2, 3]) abortListeners(stop.signal).add(() => told.push(number));
  abortListeners(stop.signal).delete(leaver);
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  stop.abort();
  stop.abort();
  expect(told).toEqual([1, 2, 3]);
});

test('who leaves because another one was told is told all the same, having waited', () => {
  const stop = new AbortController();
  const told: number[] = [];
  const second = () => told.push(2);
  abortListeners(stop.signal).add(() => {
    told.push(1);
    abortListeners(stop.signal).delete(second);
  });
  abortListeners(stop.signal).add(second);
  stop.abort();
  expect(told).toEqual([1, 2]);
});
