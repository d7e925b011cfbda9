/** What a person may change about a run while it goes on: hold it, let it go on, set its pace. */
import type { Clock } from '../clock.js';
import type { RunEvents } from './run-events.js';

/** What is steered of a service's session. */
export interface Steerable {
  readonly provider: string;
  readonly title: string;
  /** Requests a minute that may leave once nothing holds them down; 0 = no limit. */
  readonly requestsPerMinute: number;
  /** Requests that left and whose answer is not there. */
  readonly inAir: number;
  /** From now on nothing leaves, until {@link Steerable.letGo}. */
  hold(): void;
  letGo(): void;
  /** Asks for another pace; what the service states is never exceeded. */
  askRate(requestsPerMinute: number): void;
}

export interface RunControl {
  /** Wall clock, ms; null while no person paused it. */
  readonly pausedSinceMs: number | null;
  /** How long it was paused by a person, in all, in ms. */
  readonly pausedMs: number;
  /** Requests a minute that a person asked for while it goes on; null = nobody did. */
  readonly askedRate: number | null;
  readonly services: readonly Steerable[];
  /** @returns false when it was paused before. */
  pause(): boolean;
  /** @returns false when it was not paused. */
  resume(): boolean;
  setRate(requestsPerMinute: number): void;
  /** A session opens: what was asked for before holds for it too. @returns what takes it out again. */
  join(service: Steerable): () => void;
}

export function createRunControl(clock: Clock, events: RunEvents): RunControl {
  const services = new Set<Steerable>();
  let paused: { readonly sinceMs: number; readonly fromMs: number } | null = null;
  let earlierMs = 0;
  let askedRate: number | null = null;
  return {
    get pausedSinceMs() {
      return paused?.sinceMs ?? null;
    },
    get pausedMs() {
      return earlierMs + (paused === null ? 0 : clock.monotonic() - paused.fromMs);
    },
    get askedRate() {
      return askedRate;
    },
    get services() {
      return [...services];
    },
    pause: () => {
      if (paused !== null) return false;
      paused = { sinceMs: clock.now(), fromMs: clock.monotonic() };
      for (const service of services) service.hold();
      events.heldByPerson?.({ sinceMs: paused.sinceMs });
      return true;
    },
    resume: () => {
      if (paused === null) return false;
      earlierMs += clock.monotonic() - paused.fromMs;
      paused = null;
      for (const service of services) service.letGo();
      events.letGoByPerson?.();
      return true;
    },
    setRate: (requestsPerMinute) => {
      askedRate = requestsPerMinute;
      for (const service of services) service.askRate(requestsPerMinute);
    },
    join: (service) => {
      services.add(service);
      if (paused !== null) service.hold();
      if (askedRate !== null) service.askRate(askedRate);
      return () => services.delete(service);
    },
  };
}
