/** What progress shows, as numbers: counted from a run's events, without any drawing. */
import type { Clock } from '../clock.js';
import type { RowEnd } from '../run/row-end.js';
import type { RunEvents } from '../run/run-events.js';
import { type BadEnds, badStates } from './bad-ends.js';
import { createEta, type Eta } from './eta.js';
import { createRateMeter, type RateMeter } from './rate-meter.js';

/** What takes long: a run's own phases, and what comes before, after and beside them. */
export type ProgressPhase =
  | Parameters<NonNullable<RunEvents['phase']>>[0]['phase']
  | 'exporting'
  | 'comparing'
  | 'reporting';

/** What is counted. */
export type ProgressUnit = 'rows' | 'bytes' | 'tasks';

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
  readonly unit: ProgressUnit;
  /** Of `done`: what came to no good end; null where nothing can fail. */
  readonly bad: BadEnds | null;
  /** Over the last minute; null while it would say nothing. */
  readonly requestsPerMinute: number | null;
  /** Of `done`, over all the time so far; null where requests tell the pace. */
  readonly perSecond: number | null;
  readonly remainingMs: number | null;
  readonly pause: PauseView | null;
  /** The limit is used up, and the next request leaves when the window has room; null unless it is so, or paused. */
  readonly full: Pick<PauseView, 'untilMs' | 'leftMs'> | null;
  /** Since when a person has it paused, wall clock in ms; null while nobody has. */
  readonly heldSinceMs: number | null;
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
  readonly events: Pick<
    Required<RunEvents>,
    'row' | 'request' | 'paused' | 'resumed' | 'full' | 'heldByPerson' | 'letGoByPerson' | 'rate'
  >;
  view(): LaneView[];
}

/** The counter of work that tells how far it is. */
export interface WorkModel extends PhaseModel {
  /** @param done of the work, in all. */
  advance(done: number): void;
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
        if (ended) laneOf(provider)?.endRow(badStateOf(end));
      },
      request: ({ provider }) => laneOf(provider)?.countRequest(),
      paused: ({ provider, title, untilMs, reason }) => laneOf(provider)?.pause(title, untilMs, reason),
      resumed: ({ provider }) => laneOf(provider)?.resume(),
      full: ({ provider, untilMs }) => laneOf(provider)?.fillWindow(untilMs),
      heldByPerson: ({ sinceMs }) => {
        for (const lane of all) lane.hold(sinceMs);
      },
      letGoByPerson: () => {
        for (const lane of all) lane.letGo();
      },
      rate: ({ provider, perMinute }) => {
        if (lanes.length > 0) laneOf(provider)?.limit(perMinute);
      },
    },
    view: () => all.map((lane) => lane.view()),
  };
}

/** @param total null where nobody knows. */
export function createWorkModel(
  phase: ProgressPhase,
  { unit, total }: { readonly unit: ProgressUnit; readonly total: number | null },
  clock: Clock,
): WorkModel {
  const lane = new Lane({ title: null, rows: total ?? 0, requestsPerMinute: 0 }, clock, unit);
  return {
    phase,
    events: {
      row: () => {},
      request: () => lane.countRequest(),
      paused: ({ title, untilMs, reason }) => lane.pause(title, untilMs, reason),
      resumed: () => lane.resume(),
      full: ({ untilMs }) => lane.fillWindow(untilMs),
      heldByPerson: ({ sinceMs }) => lane.hold(sinceMs),
      letGoByPerson: () => lane.letGo(),
      rate: ({ perMinute }) => lane.limit(perMinute),
    },
    advance: (done) => lane.advance(done),
    view: () => [lane.view()],
  };
}

/** Rows that go back to the rows to do have not ended, whatever brought them there. */
function endsRow(end: RowEnd | null): boolean {
  return end?.kind === 'ended' && end.result.to !== 'pending';
}

/** Null for a good end, or none. */
function badStateOf(end: RowEnd | null): keyof BadEnds | null {
  return end?.kind === 'ended' ? (badStates.find((state) => state === end.result.to) ?? null) : null;
}

class Lane {
  readonly #title: string | null;
  readonly #total: number;
  readonly #clock: Clock;
  readonly #eta: Eta;
  readonly #meter: RateMeter;
  #limit: number;
  #done = 0;
  readonly #bad = { failed: 0, blocked: 0, unknown: 0 };
  #requests = 0;
  /** Its end by the clock that nobody sets; the wall clock may have jumped since the pause was told of. */
  #pause: (Pick<PauseView, 'title' | 'reason'> & { readonly endsAtMs: number }) | null = null;
  #heldSinceMs: number | null = null;
  /** By the clock that nobody sets, too. */
  #fullEndsAtMs = Number.NEGATIVE_INFINITY;
  /** Null for a run's rows. */
  readonly #unit: ProgressUnit | null;
  readonly #startedAtMs: number;

  constructor(
    lane: Pick<ProgressLane, 'rows' | 'requestsPerMinute'> & { readonly title: string | null },
    clock: Clock,
    unit: ProgressUnit | null = null,
  ) {
    const startedAtMs = clock.monotonic();
    this.#startedAtMs = startedAtMs;
    this.#unit = unit;
    this.#title = lane.title;
    this.#total = lane.rows;
    this.#clock = clock;
    this.#limit = lane.requestsPerMinute;
    this.#eta = createEta({ total: lane.rows, startedAtMs, requestsPerMinute: lane.requestsPerMinute });
    this.#meter = createRateMeter(startedAtMs);
  }

  endRow(bad: keyof BadEnds | null): void {
    this.#done += 1;
    if (bad !== null) this.#bad[bad] += 1;
    this.#eta.record(this.#clock.monotonic(), this.#done, this.#requests);
  }

  advance(done: number): void {
    this.#done = done;
    this.#eta.record(this.#clock.monotonic(), done, this.#requests);
  }

  countRequest(): void {
    this.#requests += 1;
    this.#fullEndsAtMs = Number.NEGATIVE_INFINITY;
    this.#meter.count(this.#clock.monotonic());
  }

  pause(title: string, untilMs: number, reason: string): void {
    const nowMs = this.#clock.monotonic();
    const endsAtMs = nowMs + untilMs - this.#clock.now();
    this.#pause = { title, endsAtMs, reason };
    this.#eta.pause(nowMs, endsAtMs);
  }

  resume(): void {
    this.#pause = null;
    this.#eta.resume(this.#clock.monotonic());
  }

  fillWindow(untilMs: number): void {
    this.#fullEndsAtMs = this.#clock.monotonic() + untilMs - this.#clock.now();
  }

  hold(sinceMs: number): void {
    this.#heldSinceMs = sinceMs;
    this.#eta.hold(this.#clock.monotonic());
  }

  letGo(): void {
    const nowMs = this.#clock.monotonic();
    this.#heldSinceMs = null;
    this.#eta.letGo(nowMs);
    // What the service asked for may not be over yet.
    if (this.#pause !== null && this.#pause.endsAtMs > nowMs) this.#eta.pause(nowMs, this.#pause.endsAtMs);
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
    const pause = this.#pauseView(nowMs);
    const fullMs = this.#fullEndsAtMs - nowMs;
    return {
      title: this.#title,
      done: this.#done,
      total: this.#total,
      unit: this.#unit ?? 'rows',
      bad: this.#unit === null ? { ...this.#bad } : null,
      requestsPerMinute: this.#unit === null || this.#requests > 0 ? this.#rate(nowMs) : null,
      perSecond: this.#unit === null ? null : perSecond(this.#done, nowMs - this.#startedAtMs),
      remainingMs: this.#total === 0 || this.#heldSinceMs !== null ? null : this.#eta.remainingMs(nowMs),
      pause,
      full: pause !== null || fullMs <= 0 ? null : { untilMs: this.#clock.now() + fullMs, leftMs: fullMs },
      heldSinceMs: this.#heldSinceMs,
    };
  }

  #pauseView(nowMs: number): PauseView | null {
    if (this.#pause === null || this.#pause.endsAtMs <= nowMs) return null;
    const { title, reason, endsAtMs } = this.#pause;
    const leftMs = endsAtMs - nowMs;
    return { title, reason, leftMs, untilMs: this.#clock.now() + leftMs };
  }
}

/** Null while it would say nothing. */
function perSecond(done: number, spanMs: number): number | null {
  return spanMs < 500 || done === 0 ? null : (done / spanMs) * 1_000;
}
