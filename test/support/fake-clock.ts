import type { Clock } from '../../src/clock.js';

/** A clock that stands still until it is told to go on; what waits on it wakes in order, each at its own instant. */
export interface FakeClock extends Clock {
  /** Goes on by `ms`, and lets everything that wakes on the way run to its next wait. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock forward or back; nothing else notices. */
  jumpWall(ms: number): void;
  /** Waits that are not over. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Taken before a test can replace it. */
const { setImmediate } = globalThis;

export function createFakeClock(startMs = 1_000_000): FakeClock {
  let monotonicMs = startMs;
  let wallOffsetMs = Date.UTC(2026, 0, 1) - startMs;
  const sleepers = new Set<Sleeper>();

  const nextDue = (untilMs: number) => {
    let next: Sleeper | null = null;
    for (const sleeper of sleepers) {
      if (sleeper.dueMs <= untilMs && (next === null || sleeper.dueMs < next.dueMs)) next = sleeper;
    }
    return next;
  };

  return {
    now: () => Math.floor(monotonicMs + wallOffsetMs),
    monotonic: () => monotonicMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted === true) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { dueMs: monotonicMs + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    advance: async (ms) => {
      const untilMs = monotonicMs + ms;
      await settle();
      for (let next = nextDue(untilMs); next !== null; next = nextDue(untilMs)) {
        monotonicMs = next.dueMs;
        next.wake();
        await settle();
      }
      monotonicMs = untilMs;
    },
    jumpWall: (ms) => {
      wallOffsetMs += ms;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** Lets every promise that can go on go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
