/**
 * What refusals teach about a limit that nobody states, or that others use up too. Pure: times are handed in, in ms of a
 * clock that never runs backwards.
 *
 * The budget keeps this machine below the rate, so a refusal means that the true limit is lower, or that somebody else
 * spends part of it. Three quarters of the rate are then left, and a tenth of the whole comes back with each window
 * without a refusal. A lowered rate shows only once a window is full of it, so it is not lowered again before.
 */

export interface Refusal {
  /** Whether it is the first since something was served: those behind it tell nothing new. */
  readonly beginsStreak: boolean;
  /** How long everybody waits for it. */
  readonly waitMs: number;
}

export interface Lesson {
  /** Requests a minute at `quietFromMs`, as far as the floor allows. */
  readonly perMinute: number;
  readonly lowerAgainFromMs: number;
  /** When the wait for the last refusal was over. */
  readonly quietFromMs: number;
}

const keptShare = 0.75;
const returnedShare = 0.1;
/** Slower than this share it does not get: refusals that go on then have another reason than the pace. */
const floorShare = 0.1;
/** A wait in windows: hourly caps and blocks ask for more than a window with its slack, and say nothing about the pace. */
const longestWaitWindows = 1.25;

/**
 * @param goal requests a minute without any lesson; 0 = no limit, and then there is nothing to learn.
 * @returns what is known after the refusal; null = nothing.
 */
export function learnFrom(
  refusal: Refusal,
  lesson: Lesson | null,
  { goal, windowMs }: { readonly goal: number; readonly windowMs: number },
  nowMs: number,
): Lesson | null {
  if (goal === 0 || refusal.waitMs > longestWaitWindows * windowMs) return lesson;
  const perMinute = learnedRate(lesson, { goal, windowMs }, nowMs);
  const quietFromMs = Math.max(nowMs + refusal.waitMs, lesson?.quietFromMs ?? Number.NEGATIVE_INFINITY);
  const lowers = refusal.beginsStreak && nowMs >= (lesson?.lowerAgainFromMs ?? Number.NEGATIVE_INFINITY);
  if (!lowers) return lesson === null ? null : { ...lesson, perMinute, quietFromMs };
  return {
    perMinute: perMinute * keptShare,
    lowerAgainFromMs: quietFromMs + windowMs,
    quietFromMs,
  };
}

/** Requests a minute that may leave now: the whole goal once everything has come back. */
export function learnedRate(
  lesson: Lesson | null,
  { goal, windowMs }: { readonly goal: number; readonly windowMs: number },
  nowMs: number,
): number {
  if (lesson === null) return goal;
  const quietWindows = Math.max(0, Math.floor((nowMs - lesson.quietFromMs) / windowMs));
  return Math.min(goal, Math.max(lesson.perMinute, lowestRate(goal)) + quietWindows * returnedShare * goal);
}

/** A tenth of the goal, but one a minute at least. */
export function lowestRate(goal: number): number {
  return Math.min(goal, Math.max(1, goal * floorShare));
}
