/** Makes a run's timeline of what is recorded of its course. */

import { formatCount } from '../../format-numbers.js';
import type { RunSummary } from '../../run/run-summary.js';
import type { AnswerTime, CoursePause, CourseRate, CourseSecond } from '../../state/course.js';
import { createDurationCounter } from './duration-counter.js';
import { createRequestCounter, type RequestCounter } from './request-counter.js';
import type { Timeline, TimelineLane, TimelinePause } from './timeline.js';

/** More points than a chart has pixels show nothing more. */
const mostPoints = 600;
const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map((s) => s * 1_000);
const mostPauses = 200;
const mostReasonCharacters = 300;

export interface TimelineSource {
  /** What is recorded of the run's course; null where nobody recorded it. */
  readonly course: Course | null;
  /** Requests a minute that each service was to get at most when the run began; 0 = no limit. */
  readonly limits: ReadonlyMap<string, number>;
}

/** Each is read once, in order of time. */
export interface Course {
  readonly seconds: Iterable<CourseSecond>;
  readonly answerTimes: Iterable<AnswerTime>;
  readonly pauses: Iterable<CoursePause>;
  readonly rates: Iterable<CourseRate>;
}

export function readTimeline(
  { course, limits }: TimelineSource,
  summary: Pick<RunSummary, 'services' | 'requests'>,
): Timeline {
  const counters = new Map<string, RequestCounter>();
  for (const second of course?.seconds ?? []) {
    let counter = counters.get(second.provider);
    if (counter === undefined) {
      counter = createRequestCounter();
      counters.set(second.provider, counter);
    }
    counter.add(second);
  }
  const durations = createDurationCounter();
  for (const { ms, answers } of course?.answerTimes ?? []) durations.add(ms, answers);
  const changes = limitChanges(course?.rates ?? []);
  const stepMs = steps.find((step) => pointsOf(counters, step) <= mostPoints) ?? steps.at(-1) ?? 1_000;
  const lanes = [...counters].map(
    ([provider, counter]): TimelineLane => ({
      provider,
      title: summary.services.find((service) => service.provider === provider)?.title ?? provider,
      limits: changes.get(provider) ?? [{ fromMs: 0, perMinute: limits.get(provider) ?? 0 }],
      points: counter.points(stepMs),
      ...counter.totals(),
    }),
  );
  const recorded = lanes.reduce((sum, { requests }) => sum + requests, 0);
  return {
    stepMs,
    lanes,
    ...joinPauses(course?.pauses ?? []),
    answerTimes: durations.told(),
    gap: gapOf(recorded, summary.requests),
  };
}

function limitChanges(rates: Iterable<CourseRate>): Map<string, { fromMs: number; perMinute: number }[]> {
  const changes = new Map<string, { fromMs: number; perMinute: number }[]>();
  for (const { provider, atMs, perMinute, wasPerMinute } of rates) {
    const list = changes.get(provider) ?? [{ fromMs: 0, perMinute: wasPerMinute }];
    if (list.length < mostPoints && list.at(-1)?.perMinute !== perMinute) list.push({ fromMs: atMs, perMinute });
    changes.set(provider, list);
  }
  return changes;
}

/** A pause that was told again while it lasted is one pause. */
function joinPauses(told: Iterable<CoursePause>): Pick<Timeline, 'pauses' | 'morePauses'> {
  const pauses: TimelinePause[] = [];
  let morePauses = 0;
  for (const { provider, atMs, untilMs, reason } of told) {
    const last = pauses.findLast((pause) => pause.provider === provider);
    const until = Math.max(atMs, untilMs ?? atMs);
    if (last !== undefined && atMs <= last.untilMs) {
      pauses[pauses.indexOf(last)] = { ...last, untilMs: Math.max(last.untilMs, until) };
    } else if (pauses.length === mostPauses) morePauses += 1;
    else pauses.push({ provider, fromMs: atMs, untilMs: until, reason: reason.slice(0, mostReasonCharacters) });
  }
  return { pauses, morePauses };
}

function pointsOf(counters: ReadonlyMap<string, RequestCounter>, stepMs: number): number {
  return Math.max(0, ...[...counters.values()].map((counter) => counter.countPoints(stepMs)));
}

/** A crash takes the counts of its last second with it; versions before this record kept none. */
function gapOf(recorded: number, requests: number): string | null {
  if (recorded >= requests * 0.98) return null;
  if (recorded === 0) return 'When the requests of this run left was not recorded, so they can’t be shown.';
  return `Of ${formatCount(recorded)} of the ${formatCount(requests)} requests it is recorded when they left; only those are shown.`;
}
