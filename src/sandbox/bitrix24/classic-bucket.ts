import type { Bitrix24Settings } from './settings.js';

/**
 * The leaky bucket of the classic REST, one a portal: holds 50 requests and drains 2 a second (limits.md of
 * b24restdocs, 2026-08-21; Enterprise 250 and 5).
 */
export class ClassicBucket {
  readonly #bucket: Bitrix24Settings['classicBucket'];
  #level = 0;
  #drainedAtMs = 0;

  constructor(settings: Bitrix24Settings) {
    this.#bucket = settings.classicBucket;
  }

  /** Puts one request in; false when it would overflow. */
  take(nowMs: number): boolean {
    if (this.#bucket === null) return true;
    const drained = ((nowMs - this.#drainedAtMs) / 1000) * this.#bucket.drainPerSecond;
    this.#level = Math.max(0, this.#level - Math.max(0, drained));
    this.#drainedAtMs = nowMs;
    if (this.#level + 1 > this.#bucket.capacity) return false;
    this.#level += 1;
    return true;
  }

  clear(): void {
    this.#level = 0;
    this.#drainedAtMs = 0;
  }
}
