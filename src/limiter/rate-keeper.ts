/**
 * Keeps a limiter at the rate that is right at the moment: what the run asks for, at most what the service states, and
 * less while refusals show that even that is too much.
 */
import type { Clock } from '../clock.js';
import { allowedRate, type RateBounds } from './allowed-rate.js';
import { type Lesson, learnedRate, learnFrom, type Refusal } from './learned-rate.js';
import type { Limiter } from './limiter.js';

export interface RateChange {
  /**
   * `stated`: an answer told another limit. `refused`: the service refused below it. `recovered`: it stopped to.
   * `asked`: a person wants another.
   */
  readonly cause: 'stated' | 'refused' | 'recovered' | 'asked';
  /** Requests a minute from now on, and before; 0 = no limit. */
  readonly perMinute: number;
  readonly wasPerMinute: number;
}

/** What an answer says about the limit. */
export interface LimitWords {
  /** Requests a minute that the credential may send; null where the answer does not say. */
  readonly stated: number | null;
  /** Ms until the service serves again, where it says that nothing is left until then; else null. */
  readonly spentForMs: number | null;
  /** What the limiter made of it, where the answer asks for a pause. */
  readonly refusal: Refusal | null;
}

export interface RateKeeperOptions extends Omit<RateBounds, 'stated'> {
  /** As the limiter has it. */
  readonly windowMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Of the service, for people. */
  readonly title: string;
  readonly onChange?: (change: RateChange) => void;
}

export interface RateKeeper {
  /** Requests a minute that may leave once nothing holds them down; 0 = no limit. */
  readonly goal: number;
  /** What answers told; null = nothing yet. */
  readonly stated: number | null;
  /** Told of every answer, in the order in which they come. */
  answered(words: LimitWords): void;
  /** What the run asks for from now on, as in {@link RateBounds}; what refusals taught holds on. */
  ask(perMinute: number): void;
}

/** With that share of the stated limit spent by this machine itself, its budget is what it waits for. */
const ownShare = 0.95;

/** @param limiter made with {@link allowedRate} of the same bounds, without any statement. */
export function createRateKeeper(
  limiter: Pick<Limiter, 'setRate' | 'pause' | 'taken'>,
  options: RateKeeperOptions,
): RateKeeper {
  const { windowMs, clock, title } = options;
  let { asked } = options;
  let stated: number | null = null;
  /** When the strictest statement was last made. */
  let statedAtMs = 0;
  let lesson: Lesson | null = null;
  const allowed = () => allowedRate({ ...options, asked, stated });
  /** Asked for by every row, and seldom another one. */
  let goal = allowed();
  let current = goal;

  /** A service may tell each route's own limit in turn: a higher one counts once a window passed without the lower. */
  const noteStated = (told: number, nowMs: number) => {
    if (stated !== null && told > stated && nowMs - statedAtMs < windowMs) return;
    stated = told;
    statedAtMs = nowMs;
    goal = allowed();
  };
  const change = (cause: RateChange['cause'], perMinute: number) => {
    if (perMinute === current) return;
    const wasPerMinute = current;
    current = perMinute;
    limiter.setRate(perMinute);
    options.onChange?.({ cause, perMinute, wasPerMinute });
  };

  return {
    get goal() {
      return goal;
    },
    get stated() {
      return stated;
    },
    ask: (perMinute) => {
      asked = perMinute;
      goal = allowed();
      change('asked', learnedRate(lesson, { goal, windowMs }, clock.monotonic()));
    },
    answered: (words) => {
      // Where no answer tells anything, which is where nothing but speed counts.
      if (words.stated === null && words.spentForMs === null && words.refusal === null && lesson === null) return;
      const nowMs = clock.monotonic();
      const before = goal;
      if (words.stated !== null) noteStated(words.stated, nowMs);
      const whole = goal;
      // A refusal that comes with a lower limit is explained by it.
      const explained = whole !== before && (before === 0 || whole < before);
      if (words.refusal !== null && !explained)
        lesson = learnFrom(words.refusal, lesson, { goal: whole, windowMs }, nowMs);
      const next = learnedRate(lesson, { goal: whole, windowMs }, nowMs);
      change(whole !== before ? 'stated' : next < current ? 'refused' : 'recovered', next);
      if (words.spentForMs === null || words.refusal !== null || stated === null) return;
      // Spent by others, on another machine: this one's own requests would wait for the budget by themselves.
      if (limiter.taken() < ownShare * stated) {
        limiter.pause(
          words.spentForMs,
          `${title} says that nothing is left of its ${stated} requests a minute; others use the same credential.`,
        );
      }
    },
  };
}
