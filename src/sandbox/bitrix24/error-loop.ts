import type { Bitrix24Settings } from './settings.js';

interface Series {
  readonly code: string;
  /** When the latest failures happened, oldest first, at most as many as the threshold. */
  readonly failedAtMs: number[];
  /** Requests that came since the method was blocked. */
  blockedRequests: number;
}

/**
 * Vibecode's breaker against clients that repeat an error: equal failures in a row on one key block the Bitrix24 method
 * beneath, except for probes. The example of the error page is 12 failures within an hour and every 50th request let
 * through (documentation dump of 2026-05-05); that a success or another failure ends the series is our reading of
 * "series".
 */
export class ErrorLoop {
  readonly #settings: Bitrix24Settings;
  readonly #series = new Map<string, Series>();

  constructor(settings: Bitrix24Settings) {
    this.#settings = settings;
  }

  /** Whether this request is refused because the method is blocked for the key. Counts the request. */
  refuses(key: string, method: string, nowMs: number): boolean {
    if (!this.#settings.errorLoop) return false;
    const series = this.#series.get(`${key} ${method}`);
    if (series === undefined || !this.#isBlocked(series, nowMs)) return false;
    series.blockedRequests += 1;
    return series.blockedRequests % this.#settings.errorLoopProbeEvery !== 0;
  }

  recordSuccess(key: string, method: string): void {
    if (this.#series.size > 0) this.#series.delete(`${key} ${method}`);
  }

  /** Returns whether the failure is repeated so often that the answer carries a warning. */
  recordFailure(key: string, method: string, code: string, nowMs: number): boolean {
    if (!this.#settings.errorLoop) return false;
    const name = `${key} ${method}`;
    let series = this.#series.get(name);
    if (series?.code !== code) {
      series = { code, failedAtMs: [], blockedRequests: 0 };
      this.#series.set(name, series);
    }
    series.failedAtMs.push(nowMs);
    if (series.failedAtMs.length > this.#settings.errorLoopThreshold) series.failedAtMs.shift();
    return series.failedAtMs.length * 2 >= this.#settings.errorLoopThreshold;
  }

  clear(): void {
    this.#series.clear();
  }

  #isBlocked(series: Series, nowMs: number): boolean {
    const oldest = series.failedAtMs[0];
    if (oldest === undefined || series.failedAtMs.length < this.#settings.errorLoopThreshold) return false;
    return nowMs - oldest < this.#settings.errorLoopWindowMs;
  }
}
