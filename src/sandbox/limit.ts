import type { RateState } from './service.js';

/** `sliding` counts the requests of the last `windowMs`; otherwise a window opens at the first request after the last one ended. */
export interface LimitRule {
  /** At least 1. */
  readonly requests: number;
  readonly windowMs: number;
  readonly sliding: boolean;
}

export interface Admission {
  readonly admitted: boolean;
  readonly state: RateState;
}

/** What one credential has used. Times are monotonic; a request leaves a window when it is exactly `windowMs` old. */
interface Usage {
  /** Counts the request if there is room for it. */
  admit(nowMs: number): boolean;
  used(): number;
  /** When room appears or the window starts anew. */
  resetAtMs(nowMs: number): number;
}

/** Counts admitted requests per credential; a refused request costs nothing. */
export class Limiter {
  readonly #rule: LimitRule;
  readonly #usage = new Map<string, Usage>();

  /** @throws RangeError when the rule cannot admit anything. */
  constructor(rule: LimitRule) {
    if (!Number.isInteger(rule.requests) || rule.requests < 1 || !(rule.windowMs > 0)) {
      throw new RangeError(
        `The limit must be at least 1 request in a window above 0 ms, not ${rule.requests} in ${rule.windowMs} ms.`,
      );
    }
    this.#rule = rule;
  }

  /** Requests a window. */
  get requests(): number {
    return this.#rule.requests;
  }

  /** @param wallMs the wall clock at `nowMs`, in which the answer's reset time is told. */
  admit(credential: string, nowMs: number, wallMs: number): Admission {
    let usage = this.#usage.get(credential);
    if (usage === undefined) {
      usage = this.#rule.sliding ? new SlidingLog(this.#rule) : new FixedWindow(this.#rule);
      this.#usage.set(credential, usage);
    }
    const admitted = usage.admit(nowMs);
    const state = {
      limit: this.#rule.requests,
      remaining: this.#rule.requests - usage.used(),
      resetAtMs: wallMs + (usage.resetAtMs(nowMs) - nowMs),
      nowMs: wallMs,
    };
    return { admitted, state };
  }

  reset(): void {
    this.#usage.clear();
  }
}

class FixedWindow implements Usage {
  readonly #rule: LimitRule;
  #openedAtMs = Number.NEGATIVE_INFINITY;
  #used = 0;

  constructor(rule: LimitRule) {
    this.#rule = rule;
  }

  admit(nowMs: number): boolean {
    if (nowMs - this.#openedAtMs >= this.#rule.windowMs) {
      this.#openedAtMs = nowMs;
      this.#used = 0;
    }
    if (this.#used >= this.#rule.requests) return false;
    this.#used += 1;
    return true;
  }

  used(): number {
    return this.#used;
  }

  resetAtMs(): number {
    return this.#openedAtMs + this.#rule.windowMs;
  }
}

class SlidingLog implements Usage {
  readonly #rule: LimitRule;
  /** A ring: admitting never needs more than the last `requests` times. */
  readonly #times: Float64Array;
  #oldest = 0;
  #count = 0;

  constructor(rule: LimitRule) {
    this.#rule = rule;
    this.#times = new Float64Array(rule.requests);
  }

  admit(nowMs: number): boolean {
    while (this.#count > 0 && nowMs - this.#oldestMs() >= this.#rule.windowMs) {
      this.#oldest = (this.#oldest + 1) % this.#times.length;
      this.#count -= 1;
    }
    if (this.#count === this.#times.length) return false;
    this.#times[(this.#oldest + this.#count) % this.#times.length] = nowMs;
    this.#count += 1;
    return true;
  }

  used(): number {
    return this.#count;
  }

  resetAtMs(nowMs: number): number {
    return (this.#count === 0 ? nowMs : this.#oldestMs()) + this.#rule.windowMs;
  }

  #oldestMs(): number {
    return this.#times[this.#oldest] ?? 0;
  }
}
