/**
 * Keeps a run's course in its state: a count for each second, not a record for each request, so that a million requests
 * take no more than the time they took. What a crash loses is at most {@link saveIntervalMs} of counts; rows are not
 * concerned.
 */
import type { Clock } from '../clock.js';
import type { RequestEvent } from '../limiter/paced-client.js';
import { type AnswerTime, addToCourse, type CourseSecond, writePause, writeRate } from '../state/course.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunEvents } from './run-events.js';

export interface CourseRecorder {
  readonly events: RunEvents;
  /** Writes down what has been counted since the last time. Not within a transaction. */
  save(): void;
}

export const saveIntervalMs = 5_000;

type Counts = { -readonly [Key in 'requests' | 'throttled' | 'lost']: CourseSecond[Key] };

export function createCourseRecorder(database: RunDatabase, clock: Clock): CourseRecorder {
  const seconds = new Map<string, Map<number, Counts>>();
  const answers = new Map<number, number>();
  const pausedUntilMs = new Map<string, number>();
  let savedAtMs = clock.monotonic();

  const countRequest = ({ provider, outcome, durationMs, throttled }: RequestEvent): void => {
    const counts = countsOf(seconds, provider, Math.floor((clock.now() - durationMs) / 1_000));
    counts.requests += 1;
    if (throttled) counts.throttled += 1;
    if (outcome.kind !== 'answer') counts.lost += 1;
    else if (!throttled) {
      const ms = Math.round(durationMs);
      answers.set(ms, (answers.get(ms) ?? 0) + 1);
    }
    if (clock.monotonic() - savedAtMs >= saveIntervalMs) save();
  };
  const save = (): void => {
    savedAtMs = clock.monotonic();
    if (seconds.size === 0) return;
    const counted = [...rowsOf(seconds)];
    const took: AnswerTime[] = [...answers].map(([ms, found]) => ({ ms, answers: found }));
    seconds.clear();
    answers.clear();
    keep(() => database.transaction(() => addToCourse(database, counted, took)));
  };
  return {
    save,
    events: {
      request: countRequest,
      paused: ({ provider, untilMs, reason }) => {
        const atMs = clock.now();
        // Every worker's refusal tells the same pause again; only one that lasts longer says something new.
        if (untilMs <= (pausedUntilMs.get(provider) ?? 0)) return;
        pausedUntilMs.set(provider, untilMs);
        keep(() => writePause(database, { provider, atMs, untilMs, reason }));
      },
      rate: ({ provider, perMinute, wasPerMinute }) => {
        keep(() => writeRate(database, { provider, atMs: clock.now(), perMinute, wasPerMinute }));
      },
    },
  };
}

/** A course that can't be written harms no row: the journal meets the same trouble, and ends the run for it. */
function keep(write: () => void): void {
  try {
    write();
  } catch {
    // see above
  }
}

function countsOf(seconds: Map<string, Map<number, Counts>>, provider: string, second: number): Counts {
  let ofProvider = seconds.get(provider);
  if (ofProvider === undefined) {
    ofProvider = new Map();
    seconds.set(provider, ofProvider);
  }
  let counts = ofProvider.get(second);
  if (counts === undefined) {
    counts = { requests: 0, throttled: 0, lost: 0 };
    ofProvider.set(second, counts);
  }
  return counts;
}

function* rowsOf(seconds: ReadonlyMap<string, ReadonlyMap<number, Counts>>): Generator<CourseSecond> {
  for (const [provider, counted] of seconds) {
    for (const [second, counts] of counted) yield { provider, second, ...counts };
  }
}
