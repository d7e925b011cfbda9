import { type AbortListeners, abortListeners } from './abort-listeners.js';

/** Time as an argument, so that tests are exact and fast. */
export interface Clock {
  /** Wall clock in ms since the epoch; may jump. For what people and services are told. */
  now(): number;
  /** Milliseconds that never run backwards; for measuring spans within one process. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longest single timer: above it Node's timers overflow and fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    let left = ms;
    while (left > 0 && signal?.aborted !== true) {
      const part = Math.min(left, longestTimerMs);
      await sleepOnce(part, signal === undefined ? undefined : abortListeners(signal));
      left -= part;
    }
  },
};

function sleepOnce(ms: number, listeners: AbortListeners | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      listeners?.delete(finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    listeners?.add(finish);
  });
}
