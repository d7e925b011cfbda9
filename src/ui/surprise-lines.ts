/** Rows unlike the rest, as a plan tells of them before it is approved. */

import { countOf, formatCount } from '../format-numbers.js';
import type { PlanSummary } from '../plan/plan-summary.js';
import { fewestRows } from '../plan/surprises/find-surprises.js';
import { surpriseRules } from '../plan/surprises/rules.js';
import type { Page } from './page.js';

/** Adds the block to the page; what was compared is told also where nothing was found. */
export function addSurprises(page: Page, { looked, willDo, surprises, services }: PlanSummary): void {
  if (!looked || willDo === 0) return;
  const { compared, rows, untold } = surprises;
  if (compared === 0) {
    page.labelled('Surprises', `not looked for: of no operation ${fewestRows} targets or more were read`);
    return;
  }
  const unknown = untoldText(untold, services);
  if (rows === 0) {
    page.labelled('Surprises', `none: of ${countOf(compared, 'row')} none is unlike the rest${unknown}`);
    return;
  }
  const found = `${formatCount(rows)} of ${countOf(compared, 'row')} ${rows === 1 ? 'is' : 'are'} unlike the rest`;
  page.labelled('Surprises', `${found}, see below${unknown}`);
}

/** The rows themselves: of each rule the first ones. */
export function addSurpriseRows(page: Page, { surprises: { groups } }: PlanSummary): void {
  if (groups.length === 0) return;
  page.gap();
  page.paragraph('Rows unlike the rest; look at them before you go on:', { tone: 'warning' });
  const width = Math.max(...groups.map(({ rows }) => formatCount(rows).length));
  const indent = width + 4;
  for (const { rule, rows, first } of groups) {
    page.paragraph(aboutOf(rule), { indent, head: `  ${formatCount(rows).padStart(width)}  ` });
    for (const { row, line, title, reason } of first) {
      page.paragraph(`row ${formatCount(row)} (line ${formatCount(line)}) ${JSON.stringify(title)}`, { indent });
      page.paragraph(reason, { indent: indent + 2, tone: 'dim' });
    }
    if (rows > first.length) page.paragraph(`and ${countOf(rows - first.length, 'more row')}`, { indent });
  }
}

function aboutOf(name: string): string {
  return surpriseRules.find((rule) => rule.name === name)?.about ?? name;
}

/** What no rule could look at, service by service. */
function untoldText(untold: PlanSummary['surprises']['untold'], services: PlanSummary['services']): string {
  const providers = [...new Set(untold.map(({ provider }) => provider))];
  const parts = providers.map((provider) => {
    const title = services.find((service) => service.provider === provider)?.title ?? provider;
    const rules = untold.filter((one) => one.provider === provider).map(({ rule }) => aboutOf(rule));
    return `not told by ${title}, or not of every row: ${rules.join(', ')}`;
  });
  return parts.length === 0 ? '' : `; ${parts.join('; ')}`;
}
