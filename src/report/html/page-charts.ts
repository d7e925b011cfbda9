/** The charts' places with what they show in words; the page's program draws them. */

import { countOf, formatCount, formatSpan } from '../../format-numbers.js';
import type { RunSummary } from '../../run/run-summary.js';
import { type Markup, markup } from './markup.js';
import type { Timeline, TimelineLane } from './timeline.js';

export function pageCharts(timeline: Timeline, summary: Pick<RunSummary, 'startedAtMs'>): Markup | null {
  const { lanes, answerTimes, gap } = timeline;
  if (lanes.length === 0 && summary.startedAtMs === null) return null;
  return markup`<section class="charts" aria-labelledby="course">
<h2 id="course">Course</h2>
${gap === null ? null : markup`<p class="gap">${gap}</p>`}
${lanes.length === 0 ? null : requestsFigure(timeline)}
<div class="pair">
<figure id="rows-figure" hidden>
<figcaption><h3>Rows ended</h3> <p id="rows-words"></p></figcaption>
<div class="plot" id="rows-plot" role="img" aria-labelledby="rows-words"></div>
</figure>
${answerTimes === null ? null : answersFigure(timeline)}
</div>
</section>
`;
}

function requestsFigure({ lanes, pauses, morePauses }: Timeline): Markup {
  const words = [
    ...lanes.map(({ title, requests, mostInMinute, limits }) => {
      const name = lanes.length > 1 ? `${title}: ` : '';
      return `${name}${countOf(requests, 'request')}, at most ${formatCount(mostInMinute)} in any 60 seconds; ${limitWords(limits)}.`;
    }),
    refusedWords(lanes.reduce((sum, { throttled }) => sum + throttled, 0)),
    pausedWords(pauses, morePauses),
  ].filter((sentence) => sentence !== '');
  return markup`<figure id="requests-figure">
<figcaption><h3>Requests in any 60 seconds, against the limit</h3> <p id="requests-words">${words.join(' ')}</p></figcaption>
<div class="plot" id="requests-plot" role="img" aria-labelledby="requests-words"></div>
<div class="legend" id="requests-legend" aria-hidden="true"></div>
${pauseList(pauses)}
</figure>`;
}

/** What the chart's line of the limit shows; 0 = none at that time. */
function limitWords(limits: TimelineLane['limits']): string {
  const bounds = limits.map(({ perMinute }) => perMinute).filter((perMinute) => perMinute > 0);
  if (bounds.length === 0) return 'without a limit';
  const most = `${formatCount(Math.max(...bounds))}${bounds.length > 1 ? ' or less' : ''}`;
  return bounds.length === limits.length
    ? `the limit was ${most}`
    : `the limit was ${most}, and for a time there was none`;
}

function refusedWords(throttled: number): string {
  if (throttled === 0) return 'None was refused for the rate.';
  return `${formatCount(throttled)} ${throttled === 1 ? 'was' : 'were'} refused for the rate (429) and sent again later.`;
}

function pausedWords(pauses: Timeline['pauses'], more: number): string {
  const count = pauses.length + more;
  if (count === 0) return '';
  const span = formatSpan(pauses.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0));
  return `Paused ${count === 1 ? 'once' : `${formatCount(count)} times`}, ${more > 0 ? 'more than ' : ''}${span} in all.`;
}

/** Why it paused, each reason once: the numbers in it differ. */
function pauseList(pauses: Timeline['pauses']): Markup | null {
  const reasons = new Map<string, number>();
  for (const { reason } of pauses) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  if (reasons.size === 0) return null;
  const told = [...reasons].sort(([, a], [, b]) => b - a).slice(0, 3);
  return markup`<ul class="pauses">${told.map(
    ([reason, count]) => markup`<li>Paused${count > 1 ? ` ${formatCount(count)} times` : ''}: ${reason}</li>`,
  )}</ul>`;
}

function answersFigure({ answerTimes }: Timeline): Markup | null {
  if (answerTimes === null) return null;
  const { count, p50, p95, p99, longest } = answerTimes;
  return markup`<figure id="answers-figure">
<figcaption><h3>Answer times</h3> <p id="answers-words">Half of ${countOf(count, 'answer')} within ${msText(p50)}, 95 % within ${msText(p95)}, 99 % within ${msText(p99)}; the longest took ${msText(longest)}.</p></figcaption>
<div class="plot" id="answers-plot" role="img" aria-labelledby="answers-words"></div>
</figure>`;
}

/** `312 ms`, `1.3 s` */
function msText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
