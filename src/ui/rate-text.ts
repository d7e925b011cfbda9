/** A change of a service's pace in one sentence. */

import { formatRate } from '../format-numbers.js';
import type { RunEvents } from '../run/run-events.js';

export type RateEvent = Parameters<NonNullable<RunEvents['rate']>>[0];

/** Whether fewer requests leave than before; 0 = no limit. */
export function getsSlower({ perMinute, wasPerMinute }: RateEvent): boolean {
  return perMinute !== 0 && (wasPerMinute === 0 || perMinute < wasPerMinute);
}

export function rateText({ title, cause, perMinute, wasPerMinute }: RateEvent): string {
  if (cause === 'stated' && wasPerMinute === 0) {
    return `${title} states a limit: going on at up to ${formatRate(perMinute)} requests a minute; none was known so far.`;
  }
  const now = `going on at ${formatRate(perMinute)}`;
  const instead = wasPerMinute === 0 ? 'without a limit so far' : `not ${formatRate(wasPerMinute)} as before`;
  if (cause === 'asked') return `${title}, as asked for: ${now} requests a minute, ${instead}.`;
  if (cause === 'stated') return `${title} states another limit: ${now} requests a minute, ${instead}.`;
  if (cause === 'recovered') return `${title} has refused nothing for a while: ${now} requests a minute, ${instead}.`;
  return `${title} refuses requests at this pace, or others use the same credential: ${now} a minute, ${instead}.`;
}
