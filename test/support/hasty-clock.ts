import { type Clock, systemClock } from '../../src/clock.js';

/** The system's clock, `factor` times faster: what waits a minute waits a second. Time-outs of requests stay as they are. */
export function createHastyClock(factor: number): Clock {
  const startMs = systemClock.monotonic();
  const wallMs = systemClock.now();
  const passedMs = () => (systemClock.monotonic() - startMs) * factor;
  return {
    now: () => Math.floor(wallMs + passedMs()),
    monotonic: () => startMs + passedMs(),
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}
