/** The course of a run's requests as charts need it, small whatever the run's size. Shared by writer and page. */

export interface Timeline {
  /** Span of one point, in ms. */
  readonly stepMs: number;
  readonly lanes: readonly TimelineLane[];
  readonly pauses: readonly TimelinePause[];
  /** Of pauses that are not listed. */
  readonly morePauses: number;
  readonly answerTimes: AnswerTimes | null;
  /** What is missing of it, in words; null when it is whole. */
  readonly gap: string | null;
}

/** One service's part. */
export interface TimelineLane {
  readonly provider: string;
  readonly title: string;
  /** Limits in force, each from a time on; `perMinute` 0 = no limit. */
  readonly limits: readonly { readonly fromMs: number; readonly perMinute: number }[];
  /**
   * Points at which something was going on, ascending: begin of the step, requests that left within it, the most that
   * left in any 60 s that end within it (by whole seconds), and answers that refused for the rate.
   */
  readonly points: readonly (readonly [atMs: number, requests: number, mostInMinute: number, throttled: number])[];
  readonly requests: number;
  readonly throttled: number;
  readonly mostInMinute: number;
  /** Requests without any answer. */
  readonly lost: number;
}

export interface TimelinePause {
  readonly provider: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** How long answers took, in ms. */
export interface AnswerTimes {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
  /** Bars, ascending and without gaps: upper bound in ms, and answers below it that no earlier bar has. */
  readonly bars: readonly (readonly [belowMs: number, count: number])[];
}
