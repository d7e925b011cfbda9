/** What the bench measures, as values: sections of raw numbers, and the figures that are drawn from them. */
import type { TableColumn } from '../../src/ui/table.js';

/** One number that tells how good something is. */
export interface Figure {
  /** Stable: its key in the baseline. */
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: 'x' | '%' | 'ms' | 'MB' | 'bytes' | 'requests';
  readonly better: 'higher' | 'lower';
  /** The bound that the project aims at; null = none. */
  readonly goal: number | null;
  /**
   * How much worse than the baseline, as a share of it, still passes `--check`; 0 = it must meet its goal, whatever the
   * baseline was; null = not comparable between machines.
   */
  readonly slack: number | null;
}

/** One measure: its raw numbers as a table, and its figures. */
export interface Section {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: ReadonlyArray<readonly string[]>;
  readonly figures: readonly Figure[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('the median of nothing is asked for');
  return (upper + lower) / 2;
}

/**
 * The median of the ratios of measurements that were made side by side. Steadier than the ratio of two medians on a
 * machine whose speed changes from one minute to the next.
 */
export function medianRatio(values: readonly number[], against: readonly number[]): number {
  return median(values.map((value, index) => value / (against[index] ?? Number.NaN)));
}

/** Whether a figure is as good as its goal; null without one. */
export function meetsGoal({ value, better, goal }: Figure): boolean | null {
  if (goal === null) return null;
  return better === 'higher' ? value >= goal : value <= goal;
}

/** At most three digits that count, and no exponent. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(4, Math.max(0, 2 - digits)) });
}

export function left(title: string): TableColumn {
  return { title, align: 'left' };
}

export function right(title: string): TableColumn {
  return { title, align: 'right' };
}
