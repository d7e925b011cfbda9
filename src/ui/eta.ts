/**
 * How long the rest will take. Pure: times are handed in, in ms of a clock that never runs backwards.
 *
 * Three things decide. The pace at which rows end while nothing is paused: that of the whole phase, or, where it
 * clearly changed, that of its last half. The pauses to come: those that there were are taken to recur after as many
 * rows as before, until a stretch without one shows that they don't. And the limit: the rest can't be faster than its
 * requests at that rate, which also evens out a pace that comes in bursts.
 */

export interface EtaOptions {
  /** Rows of the phase. */
  readonly total: number;
  readonly startedAtMs: number;
  /** Requests a minute that leave at most; 0 = no limit. */
  readonly requestsPerMinute: number;
}

export interface Eta {
  /** Tells how many rows have ended and how many requests were answered so far. */
  record(atMs: number, done: number, requests: number): void;
  /** Nothing leaves until `untilMs`; called again while paused, it moves the end. */
  pause(atMs: number, untilMs: number): void;
  /** Ends a pause before its time. */
  resume(atMs: number): void;
  /** A person has everything paused: that time counts for nothing, and is not expected to come again. */
  hold(atMs: number): void;
  letGo(atMs: number): void;
  /** From now on that many requests a minute leave at most; 0 = no limit. */
  limit(requestsPerMinute: number): void;
  /** Ms until the last row; null while nothing can be said. */
  remainingMs(atMs: number): number | null;
}

interface Sample {
  /** Ms since the start, without pauses. */
  readonly activeMs: number;
  readonly done: number;
  readonly requests: number;
}

interface Pause {
  readonly fromMs: number;
  readonly untilMs: number;
}

const mostSamples = 256;
/** Paces that differ by more than this factor are two stories, and the newer one counts. */
const changedPace = 1.25;

export function createEta(options: EtaOptions): Eta {
  const { total, startedAtMs } = options;
  let { requestsPerMinute } = options;
  let samples: Sample[] = [];
  let last: Sample = { activeMs: 0, done: 0, requests: 0 };
  let pauses = 0;
  let endedPausesMs = 0;
  let current: Pause | null = null;
  let heldMs = 0;
  let heldFromMs: number | null = null;
  /** Rows that had ended when the last pause began, the present one included. */
  let doneAtPause = 0;

  const endPause = (atMs: number): void => {
    if (current === null) return;
    endedPausesMs += Math.max(0, atMs - current.fromMs);
    current = null;
  };
  /** A pause whose time is up ends by itself. */
  const settle = (atMs: number): void => {
    if (current !== null && current.untilMs <= atMs) endPause(current.untilMs);
  };
  const activeAt = (atMs: number): number => {
    const uptoMs = Math.min(current?.fromMs ?? atMs, heldFromMs ?? atMs);
    return Math.max(0, uptoMs - startedAtMs - endedPausesMs - heldMs);
  };

  return {
    record: (atMs, done, requests) => {
      settle(atMs);
      last = { activeMs: activeAt(atMs), done, requests };
      samples.push(last);
      if (samples.length > mostSamples) samples = samples.filter((_, index) => index % 2 === 0);
    },
    pause: (atMs, untilMs) => {
      if (heldFromMs !== null) return;
      settle(atMs);
      if (current !== null) {
        current = { ...current, untilMs };
        return;
      }
      // A pause right behind another one, with no row between them, is the same one going on.
      if (pauses === 0 || last.done > doneAtPause) pauses += 1;
      doneAtPause = last.done;
      current = { fromMs: atMs, untilMs };
    },
    resume: endPause,
    hold: (atMs) => {
      // A service's pause beneath it is told of again when the person lets it go on.
      settle(atMs);
      endPause(atMs);
      heldFromMs ??= atMs;
    },
    letGo: (atMs) => {
      if (heldFromMs !== null) heldMs += atMs - heldFromMs;
      heldFromMs = null;
    },
    limit: (perMinute) => {
      requestsPerMinute = perMinute;
    },
    remainingMs: (atMs) => {
      settle(atMs);
      const left = total - last.done;
      if (left <= 0) return 0;
      const [first] = samples;
      if (first === undefined || last.done <= first.done) return null;
      const activeMs = activeAt(atMs);
      const working = left * rowTimeMs(samples, last, activeMs);
      const pauseLeft = current === null ? 0 : current.untilMs - atMs;
      const allPausesMs = endedPausesMs + (current === null ? 0 : current.untilMs - current.fromMs);
      const pausing =
        pausesToCome({ left, pauses, doneAtPause, done: last.done }) * (allPausesMs / Math.max(1, pauses));
      const requestsPerRow = (last.requests - first.requests) / (last.done - first.done);
      const limited = requestsPerMinute === 0 ? 0 : (left * requestsPerRow * 60_000) / requestsPerMinute;
      return pauseLeft + Math.max(working + pausing, limited);
    },
  };
}

/** Ms a row, without pauses. */
function rowTimeMs(samples: readonly Sample[], last: Sample, activeMs: number): number {
  const [first = last] = samples;
  const overall = (activeMs - first.activeMs) / (last.done - first.done);
  const half = samples.find((sample) => sample.activeMs >= activeMs / 2) ?? first;
  if (last.done <= half.done) return overall;
  const recent = (activeMs - half.activeMs) / (last.done - half.done);
  const change = recent > overall ? recent / overall : overall / recent;
  return change > changedPace ? recent : overall;
}

interface PauseStory {
  readonly left: number;
  readonly pauses: number;
  readonly doneAtPause: number;
  readonly done: number;
}

/** How many pauses are to be expected if they go on as they did; fewer the longer there was none. */
function pausesToCome({ left, pauses, doneAtPause, done }: PauseStory): number {
  if (pauses === 0 || doneAtPause === 0) return 0;
  const rowsBetween = doneAtPause / pauses;
  const rowsSince = done - doneAtPause;
  const belief = Math.max(0, Math.min(1, 2 - rowsSince / (1.5 * rowsBetween)));
  return belief * Math.max(0, Math.ceil((left + rowsSince) / rowsBetween) - 1);
}
