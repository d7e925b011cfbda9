import { type Check, passed, skipped, warned } from './check.js';

/** Services tell times by their clock; beyond that, what is told here (ends of pauses, times in reports) misleads. */
const worthWarningMs = 60_000;

/** What an answer tells of the service's clock. */
export interface ClockSighting {
  /** The answer's `Date`: whole seconds, rounded down. */
  readonly date: string | undefined;
  /** The local wall clock when the answer was there, ms since the epoch. */
  readonly nowMs: number;
  readonly roundTripMs: number;
}

/**
 * How far the local clock is ahead of the service's, in ms; null where the answer does not tell. The service looked at
 * its clock somewhere on the way, so the figure is good to half a round trip and half a second.
 */
export function clockSkewMs({ date, nowMs, roundTripMs }: ClockSighting): number | null {
  const toldMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(toldMs) ? null : Math.round(nowMs - roundTripMs / 2 - (toldMs + 500));
}

/** @param title of the service. */
export function checkClock(skewMs: number | null, title: string): Check {
  if (skewMs === null) return skipped('clock', `${title} does not tell its time.`);
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (Math.abs(skewMs) <= worthWarningMs)
    return passed('clock', `The clocks agree${seconds > 1 ? ` to ${seconds} s` : ''}.`);
  return warned(
    'clock',
    `This machine's clock is ${seconds.toLocaleString('en')} s ${skewMs > 0 ? 'ahead of' : 'behind'} that of ${title}.`,
    'Set it by a time server; waits are measured rightly all the same, but times in texts and reports are wrong.',
  );
}
