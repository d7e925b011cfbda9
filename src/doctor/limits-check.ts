import type { LimitProfile } from '../providers/provider.js';
import { type Check, passed, warned } from './check.js';

/** The limits of a service, as they are known without a run. */
export interface LimitsInForce extends LimitProfile {
  /** What its answers state; null where they did not. */
  readonly stated: number | null;
  /** Requests a minute that a run without `--rate` and job would keep to. */
  readonly inForce: number;
}

/** @param roundTripMs of one request; null where none came back. */
export function checkLimits(limits: LimitsInForce, roundTripMs: number | null): Check {
  const { stated, inForce, concurrency, source, notes } = limits;
  const figure = `${inForce} requests a minute, ${concurrency} at once`;
  const told = stated === null ? `The service's pages: ${source}.` : `Its answers state ${stated} a minute.`;
  const possible = roundTripMs === null ? Number.POSITIVE_INFINITY : (concurrency * 60_000) / roundTripMs;
  if (possible < inForce) {
    const message = `${figure}; but with ${Math.round(roundTripMs ?? 0)} ms a request, only ${Math.floor(possible)} a minute get through.`;
    const enough = Math.ceil((inForce * (roundTripMs ?? 0)) / 60_000);
    return {
      ...warned('limits', message, `Allow more at once where it matters: --concurrency ${enough}`),
      details: [told, ...notes],
    };
  }
  return passed('limits', `${figure}.`, [told, ...notes]);
}
