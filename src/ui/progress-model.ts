/** What progress shows, as numbers: counted from a run's events, without any drawing. */
import type { Clock } from '../clock.js';
import type { RowEnd } from '../run/row-end.js';
import type { RunEvents } from '../run/run-events.js';
import { createEta, type Eta } from './eta.js';
import { createRateMeter, type RateMeter } from './rate-meter.js';

export type ProgressPhase = Parameters<NonNullable<RunEvents['phase']>>[0]['phase'];

/** One service's share of a phase. */
export interface ProgressLane {
  readonly provider: string;
  /** For people: `ClickUp`. */
  readonly title: string;
  /** Rows that are to come to their end. */
  readonly rows: number;
  /** Requests a minute that leave at most; 0 = no limit. */
  readonly requestsPerMinute: number;
}

/** A lane at one instant. */
export interface LaneView {
  /** Null where a single lane stands for all services. */
  readonly title: string | null;
  readonly done: number;
  /** 0 = not known. */
  readonly total: number;
  /** Of `done`: failed, blocked or unknown. */
  readonly failed: number;
  /** Over the last minute; null while it would say nothing. */
  readonly requestsPerMinute: number | null;
  readonly remainingMs: number | null;
  readonly pause: PauseView | null;
}

export interface PauseView {
  /** The service that asked for it. */
  readonly title: string;
  /** Wall clock in ms. */
  readonly untilMs: number;
  readonly leftMs: number;
  readonly reason: string;
}

/** The counters of one phase. */
export interface PhaseModel {
  readonly phase: ProgressPhase;
  readonly events: Pick<Required<RunEvents>, 'row' | 'request' | 'paused' | 'resumed' | 'rate'>;
  view(): LaneView[];
}

/** @param lanes empty for one lane of `rows` rows that stands for all services. */
export function createPhaseModel(
  phase: ProgressPhase,
  rows: number,
  lanes: readonly ProgressLane[],
  clock: Clock,
): PhaseModel {
  const all =
    lanes.length === 0
      ? [new Lane({ title: null, rows, requestsPerMinute: 0 }, clock)]
      : lanes.map((lane) => new Lane(lane, clock));
  const byProvider = new Map(lanes.map(({ provider }, index) => [provider, all[index]]));
  const laneOf = (provider: string): Lane | undefined => (lanes.length === 0 ? all[0] : byProvider.get(provider));
  return {
    phase,
    events: {
      row: ({ provider, end }) => {
        const ended = phase === 'running' ? endsRow(end) : true;
        if (ended) laneOf(provider)?.endRow(isBad(end));
      },
      request: ({ provider }) => laneOf(provider)?.countRequest(),
      paused: ({ provider, title, untilMs, reason }) => laneOf(provider)?.pause(title, untilMs, reason),
      resumed: ({ provider }) => laneOf(provider)?.resume(),
      rate: ({ provider, perMinute }) => {
        if (lanes.length > 0) laneOf(provider)?.limit(perMinute);
      },
    },
    view: () => all.map((lane) => lane.view()),
  };
}

/** Rows that go back to the rows to do have not ended, whatever brought them there. */
function endsRow(end: RowEnd | null): boolean {
  return end?.kind === 'ended' && end.result.to !== 'pending';
}

function isBad(end: RowEnd | null): boolean {
  return end?.kind === 'ended' && ['failed', 'blocked', 'unknown'].includes(end.result.to);
}

class Lane {
  readonly #title: string | null;
  readonly #total: number;
  readonly #clock: Clock;
  readonly #eta: Eta;
  readonly #meter: RateMeter;
  #limit: number;
  #done = 0;
  #failed = 0;
  #requests = 0;
  #pause: Omit<PauseView, 'leftMs'> | null = null;

  constructor(
    lane: Pick<ProgressLane, 'rows' | 'requestsPerMinute'> & { readonly title: string | null },
    clock: Clock,
  ) {
    const startedAtMs = clock.monotonic();
    this.#title = lane.title;
    this.#total = lane.rows;
    this.#clock = clock;
    this.#limit = lane.requestsPerMinute;
    this.#eta = createEta({ total: lane.rows, startedAtMs, requestsPerMinute: lane.requestsPerMinute });
    this.#meter = createRateMeter(startedAtMs);
  }

  endRow(failed: boolean): void {
    this.#done += 1;
    if (failed) this.#failed += 1;
    this.#eta.record(this.#clock.monotonic(), this.#done, this.#requests);
  }

  countRequest(): void {
    this.#requests += 1;
    this.#meter.count(this.#clock.monotonic());
  }

  pause(title: string, untilMs: number, reason: string): void {
    this.#pause = { title, untilMs, reason };
    const nowMs = this.#clock.monotonic();
    this.#eta.pause(nowMs, nowMs + untilMs - this.#clock.now());
  }

  resume(): void {
    this.#pause = null;
    this.#eta.resume(this.#clock.monotonic());
  }

  limit(requestsPerMinute: number): void {
    this.#limit = requestsPerMinute;
    this.#eta.limit(requestsPerMinute);
  }

  /** During the first minute a burst looks like more than the limit; a rolling minute never holds more. */
  #rate(nowMs: number): number | null {
    const rate = this.#meter.perMinute(nowMs);
    return rate === null || this.#limit === 0 ? rate : Math.min(rate, this.#limit);
  }

  view(): LaneView {
    const nowMs = this.#clock.monotonic();
    const leftMs = (this.#pause?.untilMs ?? 0) - this.#clock.now();
    return {
      title: this.#title,
      done: this.#done,
      total: this.#total,
      failed: this.#failed,
      requestsPerMinute: this.#rate(nowMs),
      remainingMs: this.#total === 0 ? null : this.#eta.remainingMs(nowMs),
      pause: this.#pause === null || leftMs <= 0 ? null : { ...this.#pause, leftMs },
    };
  }
}
