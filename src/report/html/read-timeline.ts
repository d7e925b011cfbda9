/** Makes a run's timeline of its log. */
import type { RunSummary } from '../../run/run-summary.js';
import { formatCount } from '../../ui/format-numbers.js';
import { createDurationCounter } from './duration-counter.js';
import { type LogEntry, readLog } from './log-lines.js';
import { createRequestCounter, type RequestCounter } from './request-counter.js';
import type { Timeline, TimelineLane, TimelinePause } from './timeline.js';

/** More points than a chart has pixels show nothing more. */
const mostPoints = 600;
const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map((s) => s * 1_000);
const mostPauses = 200;
const mostReasonCharacters = 300;

export interface TimelineSource {
  /** The run's log files, oldest first. */
  readonly logs: readonly string[];
  /** Requests a minute that each service was to get at most when the run began; 0 = no limit. */
  readonly limits: ReadonlyMap<string, number>;
}

export async function readTimeline(
  { logs, limits }: TimelineSource,
  summary: Pick<RunSummary, 'services' | 'requests' | 'createdAtMs'>,
): Promise<Timeline> {
  const counters = new Map<string, RequestCounter>();
  const changes = new Map<string, { fromMs: number; perMinute: number }[]>();
  const pauses: TimelinePause[] = [];
  const durations = createDurationCounter();
  let [damagedLines, morePauses] = [0, 0];
  const take = (entry: LogEntry): void => {
    switch (entry.kind) {
      case 'request': {
        const { provider, atMs, durationMs, throttled, answered } = entry;
        let counter = counters.get(provider);
        if (counter === undefined) {
          counter = createRequestCounter();
          counters.set(provider, counter);
        }
        counter.add(atMs - durationMs, throttled, answered);
        if (answered && !throttled) durations.add(durationMs);
        return;
      }
      case 'pause': {
        const { provider, atMs, untilMs, reason } = entry;
        const last = pauses.findLast((pause) => pause.provider === provider);
        const until = Math.max(atMs, untilMs ?? atMs);
        // Every worker's refusal tells the same pause again.
        if (last !== undefined && atMs <= last.untilMs) {
          pauses[pauses.indexOf(last)] = { ...last, untilMs: Math.max(last.untilMs, until) };
        } else if (pauses.length === mostPauses) morePauses += 1;
        else pauses.push({ provider, fromMs: atMs, untilMs: until, reason: reason.slice(0, mostReasonCharacters) });
        return;
      }
      case 'rate': {
        const list = changes.get(entry.provider) ?? [{ fromMs: 0, perMinute: entry.wasPerMinute }];
        if (list.length < mostPoints) list.push({ fromMs: entry.atMs, perMinute: entry.perMinute });
        changes.set(entry.provider, list);
        return;
      }
      case 'damaged':
        damagedLines += 1;
    }
  };
  let found = false;
  for (const log of logs) found = (await readLog(log, take)) || found;
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
  const logged = lanes.reduce((sum, { requests }) => sum + requests, 0);
  return {
    stepMs,
    lanes,
    pauses,
    morePauses,
    answerTimes: durations.told(),
    gap: gapOf(found, logged, summary.requests),
    damagedLines,
  };
}

function pointsOf(counters: ReadonlyMap<string, RequestCounter>, stepMs: number): number {
  return Math.max(0, ...[...counters.values()].map((counter) => counter.countPoints(stepMs)));
}

/** The record counts what left; the log may lack what was in the air at a crash, and what was written over. */
function gapOf(found: boolean, logged: number, requests: number): string | null {
  if (!found) return 'The log of this run (run.log) is missing, so its requests can’t be shown.';
  if (logged === 0) return requests === 0 ? null : 'The log of this run (run.log) holds no requests.';
  if (logged >= requests * 0.98) return null;
  return `The log of this run (run.log) holds ${formatCount(logged)} of its ${formatCount(requests)} requests; only those are shown.`;
}
