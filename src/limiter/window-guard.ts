import { assertLimit, type Budget, fullWindowMs } from './reservation.js';

export interface WindowGuardOptions {
  /** Requests a window. */
  readonly limit: number;
  readonly windowMs: number;
  /** Milliseconds that never run backwards. */
  readonly nowMs: () => number;
}

/** The {@link Budget} of a single process that needs no memory of earlier ones. */
export function createWindowGuard({ limit, windowMs, nowMs }: WindowGuardOptions): Budget {
  assertLimit(limit);
  const heldMs = fullWindowMs(windowMs);
  const onTheirWay = new Set<number>();
  /** When the slots of answered requests become free, in ascending order since time does not run backwards. */
  let freeAtMs: number[] = [];
  let firstTaken = 0;
  let lastSlot = 0;

  const dropFree = () => {
    const now = nowMs();
    while ((freeAtMs[firstTaken] ?? Number.POSITIVE_INFINITY) <= now) firstTaken += 1;
    if (firstTaken * 2 > freeAtMs.length) {
      freeAtMs = freeAtMs.slice(firstTaken);
      firstTaken = 0;
    }
  };

  const taken = () => onTheirWay.size + freeAtMs.length - firstTaken;

  return {
    reserve: () => {
      dropFree();
      const excess = taken() - limit;
      if (excess >= 0) {
        // The slot whose end brings the count below the limit; when it is still on its way, that is a window away at least.
        const freeAt = freeAtMs[firstTaken + excess];
        const waitMs = freeAt === undefined ? heldMs : freeAt - nowMs();
        return { kind: 'full', waitMs, freeInMs: waitMs };
      }
      lastSlot += 1;
      onTheirWay.add(lastSlot);
      return { kind: 'slot', slot: lastSlot };
    },
    answered: (slot) => {
      if (onTheirWay.delete(slot)) freeAtMs.push(nowMs() + heldMs);
    },
    taken: () => {
      dropFree();
      return taken();
    },
    pause: () => undefined,
    setLimit: (next) => {
      assertLimit(next);
      limit = next;
    },
    close: () => undefined,
  };
}
