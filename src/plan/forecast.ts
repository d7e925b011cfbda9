/** What executing a plan costs. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';

export interface ForecastPart {
  readonly entry: Pick<CatalogueEntry, 'provider' | 'requestsPerRow' | 'rowsPerRequest'>;
  readonly rows: number;
  /** How many of them have their targets read again before. */
  readonly reread?: number;
  /** So many writes share a request at most, however many the service takes. Left out = as many as that. */
  readonly mostTogether?: number;
  /** Operations like this one may be done so many times an hour, together; null = no such cap. */
  readonly hourlyCap?: number | null;
}

export interface Forecast {
  /** When nothing goes wrong; see {@link isEstimate}. */
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
  const add = (provider: string, requests: number) =>
    byProvider.set(provider, (byProvider.get(provider) ?? 0) + requests);
  for (const { provider, rowsPerRequest, shares } of sharedWrites(parts)) {
    add(provider, Math.ceil(shares / rowsPerRequest));
  }
  for (const [provider, reread] of countRereads(parts)) {
    add(provider, Math.ceil(reread * (requestsPerLook.get(provider) ?? 0)));
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

/** Writes that may travel together, whatever their operations: one batch carries them all. */
interface SharedWrites {
  readonly provider: string;
  readonly rowsPerRequest: number;
  /** Requests, if each travelled alone. */
  shares: number;
}

function sharedWrites(parts: readonly ForecastPart[]): readonly SharedWrites[] {
  const groups = new Map<string, SharedWrites>();
  for (const { entry, rows, mostTogether = Number.POSITIVE_INFINITY } of parts) {
    const { provider, requestsPerRow } = entry;
    const rowsPerRequest = Math.min(entry.rowsPerRequest, mostTogether);
    const key = `${provider} ${rowsPerRequest}`;
    const group = groups.get(key) ?? { provider, rowsPerRequest, shares: 0 };
    group.shares += rows * requestsPerRow;
    groups.set(key, group);
  }
  return [...groups.values()];
}

function countRereads(parts: readonly ForecastPart[]): ReadonlyMap<string, number> {
  const rereads = new Map<string, number>();
  for (const { entry, reread = 0 } of parts) rereads.set(entry.provider, (rereads.get(entry.provider) ?? 0) + reread);
  return rereads;
}

/** Whether executing may take other requests than {@link forecastRun} says, also when nothing goes wrong. */
export function isEstimate(
  parts: ReadonlyArray<ForecastPart & { readonly entry: Pick<CatalogueEntry, 'requestsVary'> }>,
  requestsPerLook: ReadonlyMap<string, number>,
): boolean {
  return (
    parts.some(({ entry }) => entry.requestsVary) ||
    // How full batches are rests on which rows are ready together.
    sharedWrites(parts).some(({ rowsPerRequest, shares }) => rowsPerRequest > 1 && shares > 1) ||
    // What several targets share a request for may be asked in other groups; one by one, each takes its own again.
    [...countRereads(parts)].some(([provider, reread]) => reread > 0 && requestsPerLook.get(provider) !== 1)
  );
}
