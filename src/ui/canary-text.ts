/** What people are told of the rows that go first. */

import { countOf, formatCount } from '../format-numbers.js';
import type { RunSummary } from '../run/run-summary.js';

export function canaryText(rows: number): string {
  return `${rows === 1 ? 'the first row is' : `the first ${formatCount(rows)} rows are`} done and read back before any other is sent`;
}

/** Nothing is called confirmed that was not read. */
export function canaryResultText(canary: NonNullable<RunSummary['canary']>): string {
  const { passed, waived, confirmed, untold } = canary;
  const isOne = canary.rows.length === 1;
  const first = isOne ? 'the first row' : `the first ${formatCount(canary.rows.length)} rows`;
  const [was, has] = isOne ? ['was', 'has'] : ['were', 'have'];
  if (waived) return `${first} ${was} not read back as the plan said; the others may go all the same`;
  if (!passed) return `${first} ${has} not been read back as the plan said yet; no other row was sent`;
  if (untold.length === 0) return `${first} ${was} read back and as the plan said`;
  const some = confirmed === 0 ? 'none could be read back' : `${formatCount(confirmed)} read back and as the plan said`;
  return `of ${first} ${some}; of ${countOf(untold.length, 'row')} nothing tells, the first is row ${untold[0]}`;
}
