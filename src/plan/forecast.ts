/** What executing a plan costs. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import type { RunRecord, RunSettings } from '../run/run-record.js';

export interface ForecastPart {
  readonly entry: Pick<CatalogueEntry, 'provider' | 'requestsPerRow' | 'rowsPerRequest'>;
  readonly rows: number;
  /** How many of them have their targets read again before. */
  readonly reread?: number;
  /** Operations like this one may be done so many times an hour, together; null = no such cap. */
  readonly hourlyCap?: number | null;
}

export interface Forecast {
  readonly requests: number;
  /** At the limit; null when there is none. Services work side by side, so the slowest counts. */
  readonly seconds: number | null;
}

/** With `--rate 0` nothing is spaced on this machine's own sandbox: what its answers state is kept to, and no more. */
export function paceOf({ settings, sandbox }: Pick<RunRecord, 'settings' | 'sandbox'>): RunSettings['pace'] {
  return sandbox && settings.requestsPerMinute === 0 ? 'window' : settings.pace;
}

/**
 * @param ratePerMinute requests a minute of each provider; 0 = no limit.
 * @param requestsPerLook what reading a target again costs at each provider.
 */
export function forecastRun(
  parts: readonly ForecastPart[],
  ratePerMinute: ReadonlyMap<string, number>,
  requestsPerLook: ReadonlyMap<string, number>,
  pace: 'even' | 'window',
): Forecast {
  const byProvider = new Map<string, number>();
  for (const { entry, rows, reread = 0 } of parts) {
    const writes = Math.ceil((rows * entry.requestsPerRow) / entry.rowsPerRequest);
    const looks = Math.ceil(reread * (requestsPerLook.get(entry.provider) ?? 0));
    byProvider.set(entry.provider, (byProvider.get(entry.provider) ?? 0) + writes + looks);
  }
  // A cap lets its first hour's worth through at once.
  const capped = parts.filter(({ hourlyCap }) => typeof hourlyCap === 'number');
  const cappedRows = capped.reduce((sum, { rows }) => sum + rows, 0);
  const cap = Math.min(...capped.map(({ hourlyCap }) => hourlyCap ?? Number.POSITIVE_INFINITY));
  const cappedSeconds = cappedRows === 0 ? 0 : Math.floor((cappedRows - 1) / cap) * 3_600;
  let seconds: number | null = cappedSeconds > 0 ? cappedSeconds : null;
  for (const [provider, requests] of byProvider) {
    const rate = ratePerMinute.get(provider) ?? 0;
    if (rate === 0) continue;
    // As fast as the window allows: a window full at once, and the next one a minute later.
    const minutes = pace === 'even' ? requests / rate : Math.floor(Math.max(0, requests - 1) / rate);
    seconds = Math.max(seconds ?? 0, minutes * 60);
  }
  return { requests: [...byProvider.values()].reduce((sum, requests) => sum + requests, 0), seconds };
}
