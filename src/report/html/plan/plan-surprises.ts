/** Rows unlike the rest, for a look before anything is approved. */

import { countOf, formatCount } from '../../../format-numbers.js';
import type { PlanSummary } from '../../../plan/plan-summary.js';
import { fewestRows } from '../../../plan/surprises/find-surprises.js';
import { surpriseRules } from '../../../plan/surprises/rules.js';
import type { SurpriseGroup } from '../../../state/surprises.js';
import { type Markup, markup } from '../markup.js';

export function planSurprises({ looked, willDo, surprises }: PlanSummary): Markup | null {
  if (!looked || willDo === 0) return null;
  return markup`<section class="reasons" aria-labelledby="surprises">
<h2 id="surprises">Rows unlike the rest</h2>
<p class="note">${introOf(surprises)}</p>
<ol>
${surprises.groups.map(groupItem)}</ol>
</section>
`;
}

function introOf({ compared, rows }: PlanSummary['surprises']): string {
  if (compared === 0) return `Not looked for: of no operation ${fewestRows} targets or more were read.`;
  if (rows === 0) return `None: of ${countOf(compared, 'row')} none is unlike the rest.`;
  return `${formatCount(rows)} of ${countOf(compared, 'row')}; look at ${rows === 1 ? 'it' : 'them'} before you go on.`;
}

function groupItem({ rule, rows, first }: SurpriseGroup): Markup {
  const about = surpriseRules.find(({ name }) => name === rule)?.about ?? rule;
  const more = rows - first.length;
  return markup`<li class="reason blocked">
<p class="number">${formatCount(rows)}</p>
<div class="why">
<p class="class"><span class="sign" aria-hidden="true">⚑</span> ${about}</p>
${first.map(
  ({ row, line, title, reason }) =>
    markup`<p class="message">Row ${formatCount(row)} (line ${formatCount(line)}) <q>${title}</q>: ${reason}</p>\n`,
)}${more > 0 ? markup`<p class="note">and ${countOf(more, 'more row')}</p>` : null}
</div>
<a class="button" href="#rows?${new URLSearchParams({ code: rule }).toString()}">Show ${rows === 1 ? 'the row' : `${formatCount(rows)} rows`}</a>
</li>
`;
}
