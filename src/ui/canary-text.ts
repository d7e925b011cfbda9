/** What people are told of the rows that go first. */
import type { RunSummary } from '../run/run-summary.js';
import { countOf, formatCount } from './format-numbers.js';

export function canaryText(rows: number): string {
  return `${rows === 1 ? 'the first row is' : `the first ${formatCount(rows)} rows are`} done and read back before any other is sent`;
}

/** Nothing is called confirmed that was not read. */
export function canaryResultText({ rows, passed, confirmed, untold }: NonNullable<RunSummary['canary']>): string {
  const first = rows.length === 1 ? 'the first row' : `the first ${formatCount(rows.length)} rows`;
  if (!passed) return `${first} had not passed yet: read back and as the plan said`;
  if (untold.length === 0) return `${first} ${rows.length === 1 ? 'was' : 'were'} read back and as the plan said`;
  const some = confirmed === 0 ? 'none could be read back' : `${formatCount(confirmed)} read back and as the plan said`;
  return `of ${first} ${some}; of ${countOf(untold.length, 'row')} nothing tells, the first is row ${untold[0]}`;
}
