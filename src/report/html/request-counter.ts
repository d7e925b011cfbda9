/** Takes one service's requests by the second and makes chart points of them; memory is bounded by the run's length. */
import type { CourseSecond } from '../../state/course.js';
import type { TimelineLane } from './timeline.js';

type Counted = Omit<CourseSecond, 'provider' | 'second'>;

export interface RequestCounter {
  /** Each second once. */
  add(second: Omit<CourseSecond, 'provider'>): void;
  /** One point for each step in which a request left or counts for its minute. */
  points(stepMs: number): TimelineLane['points'];
  /** How many points there would be, at most. */
  countPoints(stepMs: number): number;
  totals(): Pick<TimelineLane, 'requests' | 'throttled' | 'mostInMinute' | 'lost'>;
}

const windowSeconds = 60;

export function createRequestCounter(): RequestCounter {
  const seconds = new Map<number, Counted>();
  let [requests, throttled, lost] = [0, 0, 0];
  return {
    add: ({ second, ...counted }) => {
      seconds.set(second, counted);
      requests += counted.requests;
      throttled += counted.throttled;
      lost += counted.lost;
    },
    points: (stepMs) => pointsOf(seconds, stepMs),
    countPoints: (stepMs) => countPoints(seconds, stepMs),
    totals: () => {
      let mostInMinute = 0;
      for (const { inMinute } of rolling(seconds)) mostInMinute = Math.max(mostInMinute, inMinute);
      return { requests, throttled, mostInMinute, lost };
    },
  };
}

function countPoints(seconds: ReadonlyMap<number, Counted>, stepMs: number): number {
  const stepOf = (at: number) => Math.floor((at * 1_000) / stepMs);
  let [points, last] = [0, Number.NEGATIVE_INFINITY];
  for (const at of [...seconds.keys()].sort((a, b) => a - b)) {
    const end = stepOf(at + windowSeconds);
    points += end - Math.max(stepOf(at) - 1, Math.min(end, last));
    last = Math.max(last, end);
  }
  return points;
}

function pointsOf(seconds: ReadonlyMap<number, Counted>, stepMs: number): TimelineLane['points'] {
  const points: [number, number, number, number][] = [];
  for (const { at, second, inMinute } of rolling(seconds)) {
    const from = Math.floor((at * 1_000) / stepMs) * stepMs;
    let point = points.at(-1);
    if (point?.[0] !== from) {
      point = [from, 0, 0, 0];
      points.push(point);
    }
    point[1] += second?.requests ?? 0;
    point[2] = Math.max(point[2], inMinute);
    point[3] += second?.throttled ?? 0;
  }
  return points;
}

/** Every second in which a request left or that is within a minute behind one, with the requests of its minute. */
function* rolling(
  seconds: ReadonlyMap<number, Counted>,
): Generator<{ at: number; second: Counted | undefined; inMinute: number }> {
  let inMinute = 0;
  let at = Number.NEGATIVE_INFINITY;
  for (const next of [...seconds.keys()].sort((a, b) => a - b)) {
    // Up to the next second with a request, or until the minute is empty.
    for (at += 1; at < next && inMinute > 0; at++) {
      inMinute -= seconds.get(at - windowSeconds)?.requests ?? 0;
      yield { at, second: undefined, inMinute };
    }
    const second = seconds.get(next);
    inMinute += (second?.requests ?? 0) - (seconds.get(next - windowSeconds)?.requests ?? 0);
    at = next;
    yield { at, second, inMinute };
  }
  for (at += 1; inMinute > 0; at++) {
    inMinute -= seconds.get(at - windowSeconds)?.requests ?? 0;
    yield { at, second: undefined, inMinute };
  }
}
