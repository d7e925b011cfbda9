/** Spans of rows, of which there may be more than one statement's text may name. Pure. */
import type { RowSpan } from './row-seals.js';

/** What lies between spans, from row `last` upwards to the first row; the last of it first. */
export function* spansBetween(spans: readonly RowSpan[], last: number): Generator<RowSpan> {
  let end = last;
  for (const span of joined(spans).reverse()) {
    if (span.last < end) yield { first: span.last + 1, last: end };
    end = Math.min(end, span.first - 1);
  }
  if (end >= 1) yield { first: 1, last: end };
}

/** Tells of a row whether it lies in one of the spans. */
export function createSpanTest(spans: readonly RowSpan[]): (number: number) => boolean {
  const sorted = joined(spans);
  return (number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle]?.last ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    const span = sorted[low];
    return span !== undefined && span.first <= number;
  };
}

/** In ascending order, without what they have in common. */
function joined(spans: readonly RowSpan[]): RowSpan[] {
  const found: RowSpan[] = [];
  for (const { first, last } of [...spans].sort((one, other) => one.first - other.first)) {
    const before = found.at(-1);
    if (before !== undefined && first <= before.last + 1)
      found[found.length - 1] = { first: before.first, last: Math.max(before.last, last) };
    else found.push({ first, last });
  }
  return found;
}
