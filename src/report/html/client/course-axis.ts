/**
 * The time axis of a run: its stretches of work one behind the other, with a short gap for the time in which nobody had
 * it in hand, be that a minute or a weekend.
 */
import { dayText, minuteText, secondText } from './times.js';

export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Where it begins on the axis, in seconds. */
  readonly x: number;
}

export interface CourseAxis {
  readonly stretches: readonly Stretch[];
  readonly length: number;
  /** Place of a time on the axis. */
  xOf(atMs: number): number;
  /** The time at a place; null in a gap. */
  timeAt(x: number): number | null;
  /** Marks with their words, no more than fit. @param end where the chart ends, at the axis's own end or behind it. */
  marks(most: number, end: number): { readonly x: number; readonly text: string }[];
}

export type Span = readonly [fromMs: number, untilMs: number];

/** Stillness that is part of the work: below this, and below a share of the whole. */
const shortStillnessMs = 120_000;
const mostStretches = 40;

/** @param spans in which something was going on, in any order. Null when there are none. */
export function createCourseAxis(spans: readonly Span[]): CourseAxis | null {
  const joined = joinSpans(spans);
  if (joined.length === 0) return null;
  const work = joined.reduce((sum, [from, until]) => sum + until - from, 0) / 1_000;
  const gap = Math.max(work * 0.03, 1);
  let x = 0;
  const stretches = joined.map(([fromMs, untilMs]): Stretch => {
    const stretch = { fromMs, untilMs, x };
    x += (untilMs - fromMs) / 1_000 + gap;
    return stretch;
  });
  const length = x - gap;
  return {
    stretches,
    length,
    xOf: (atMs) => {
      const stretch = stretches.findLast(({ fromMs }) => fromMs <= atMs) ?? stretches[0];
      if (stretch === undefined) return 0;
      const within = Math.min(Math.max(atMs, stretch.fromMs), stretch.untilMs) - stretch.fromMs;
      return stretch.x + within / 1_000;
    },
    timeAt: (at) => {
      const stretch = stretches.findLast((candidate) => candidate.x <= at);
      if (stretch === undefined) return null;
      const atMs = stretch.fromMs + (at - stretch.x) * 1_000;
      return atMs <= stretch.untilMs + 1 ? atMs : null;
    },
    marks: (most, end) => marksOf(stretches, { length, end, most }),
  };
}

function joinSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [from, until]) => sum + until - from, 0);
  let still = Math.max(shortStillnessMs, total * 0.05);
  for (;;) {
    const joined: [number, number][] = [];
    for (const [from, until] of sorted) {
      const last = joined.at(-1);
      if (last !== undefined && from - last[1] <= still) last[1] = Math.max(last[1], until);
      else joined.push([from, until]);
    }
    if (joined.length <= mostStretches) return joined;
    still *= 4;
  }
}

const intervals = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

interface MarkBounds {
  readonly length: number;
  readonly end: number;
  readonly most: number;
}

function marksOf(stretches: readonly Stretch[], { length, end, most }: MarkBounds): { x: number; text: string }[] {
  const interval = intervals.find((seconds) => end / seconds <= most) ?? 172_800;
  const offsetMs = new Date(stretches[0]?.fromMs ?? 0).getTimezoneOffset() * 60_000;
  const text = interval < 60 ? secondText : minuteText;
  const marks: { x: number; text: string }[] = [];
  let day = '';
  for (const { fromMs, untilMs: workedUntilMs, x } of stretches) {
    const isLast = x === stretches.at(-1)?.x;
    const untilMs = isLast ? workedUntilMs + (end - length) * 1_000 : workedUntilMs;
    const stepMs = interval * 1_000;
    // Whole hours and days are those of the reader's zone.
    let atMs = Math.ceil((fromMs - offsetMs) / stepMs) * stepMs + offsetMs;
    if (atMs > untilMs) atMs = fromMs;
    for (; atMs <= untilMs; atMs += stepMs) {
      const at = x + (atMs - fromMs) / 1_000;
      const last = marks.at(-1);
      if (last !== undefined && at - last.x < (end / most) * 0.6) continue;
      const today = dayText(atMs);
      const isNew = day !== '' && today !== day;
      marks.push({ x: at, text: isNew ? `${today.slice(5)} ${minuteText(atMs)}` : text(atMs) });
      day = today;
    }
  }
  return marks;
}
