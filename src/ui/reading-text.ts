/** What looking at the targets will cost, said before it starts. */

import { countOf, formatCount, formatRate, formatSpan } from '../format-numbers.js';
import type { ReadingCost } from '../providers/reading-cost.js';

export interface ReadingOutlook {
  /** For people: `ClickUp`. */
  readonly title: string;
  /** Targets to read. */
  readonly targets: number;
  /** Targets that an earlier sitting read. */
  readonly read: number;
  readonly cost: ReadingCost;
  /** On what it depends, in words that follow the figures; null where it is known. */
  readonly depends: string | null;
  /** Whether all that goes along with the targets is read too; `some`: of those targets that take anything along. */
  readonly withParts: 'all' | 'some' | 'none';
  /** 0 = no limit. */
  readonly requestsPerMinute: number;
}

/** `ClickUp: reading 5,000 targets takes 51 to 5,510 requests, 31 s to 55 min 6 s at 100 a minute: …` */
export function readingText({
  title,
  targets,
  read,
  cost,
  depends,
  withParts,
  requestsPerMinute,
}: ReadingOutlook): string {
  const already = read === 0 ? '' : ` (${formatCount(read)} are read already)`;
  const { least, most } = cost;
  const isKnown = most - least <= 1;
  const requests = isKnown
    ? `about ${countOf(least, 'request')}`
    : `${formatCount(least)} to ${formatCount(most)} requests`;
  const span = (count: number) => formatSpan((count / requestsPerMinute) * 60_000);
  const time =
    requestsPerMinute === 0
      ? ''
      : `, ${isKnown ? `about ${span(least)}` : `${span(least)} to ${span(most)}`} at ${formatRate(requestsPerMinute)} a minute`;
  const why = isKnown || depends === null ? '' : `: ${depends}`;
  return `${title}: reading ${countOf(targets, 'target')}${already} takes ${requests}${time}${why}${besideText[withParts]}`;
}

const besideText = {
  all: '; their subtasks, of which guards ask, are looked up beside that',
  some: '; subtasks that change with them, of which guards ask, are looked up beside that',
  none: '',
} as const;
