import { EventEmitter, getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.js';

describe('sleeping on one signal', () => {
  it('ends for all when it is aborted, with one listener for as many as sleep', async () => {
    const stop = new AbortController();
    const sleepers = Array.from({ length: 50 }, () => systemClock.sleep(3_600_000, stop.signal));
    expect(getEventListeners(stop.signal, 'abort').length).toBeLessThan(EventEmitter.defaultMaxListeners);
    stop.abort();
    await Promise.all(sleepers);
  });

  it('ends at once when it was aborted before', async () => {
    await systemClock.sleep(3_600_000, AbortSignal.abort());
  });
});
