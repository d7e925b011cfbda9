/** What `doctor` found, as a person reads it. */
import type { Check, CheckGroup, CheckStatus } from '../doctor/check.js';
import type { Diagnosis } from '../doctor/diagnose.js';
import { countOf } from '../format-numbers.js';
import { createPage, type Page } from './page.js';
import type { TextStyle, Tone } from './text-style.js';
import { padToWidth } from './text-width.js';

const tones: Readonly<Record<CheckStatus, Tone>> = { ok: 'good', warning: 'warning', failed: 'bad', skipped: 'dim' };
const statusWidth = 9;

export function renderDiagnosis({ groups, services, counts }: Diagnosis, style: TextStyle): string {
  const page = createPage(style);
  const nameWidth = nameWidthOf(groups);
  for (const group of groups) {
    page.gap();
    addGroup(page, group, nameWidth);
  }
  page.gap();
  const told = [
    `${counts.ok} ok`,
    countOf(counts.warning, 'warning'),
    `${counts.failed} failed`,
    `${counts.skipped} skipped`,
  ];
  page.paragraph(`${told.join(', ')}. Nothing was changed.`, {
    tone: counts.failed > 0 ? 'bad' : counts.warning > 0 ? 'warning' : 'good',
  });
  if (!services.some(({ configured }) => configured)) {
    page.paragraph(
      'No service is configured. Set its variables in the environment or in a .env file, or try the sandbox: add --sandbox to plan or run, or serve it with taskbatch sandbox.',
    );
  }
  return page.text();
}

function nameWidthOf(groups: readonly CheckGroup[]): number {
  return Math.max(0, ...groups.flatMap(({ checks }) => checks.map(({ name }) => name.length))) + 2;
}

/** @param nameWidth columns for the names of checks; those of several groups stand below each other. */
export function addGroup(page: Page, group: CheckGroup, nameWidth = nameWidthOf([group])): void {
  page.lines([page.paint('bold', group.title)]);
  for (const check of group.checks) addCheck(page, check, nameWidth);
}

function addCheck(page: Page, { status, name, message, fix, details }: Check, nameWidth: number): void {
  const indent = 2 + statusWidth + nameWidth;
  const mark = page.paint(tones[status], padToWidth(status, statusWidth));
  page.paragraph(message, { indent, head: `  ${mark}${padToWidth(name, nameWidth)}` });
  for (const detail of details) page.paragraph(detail, { indent, tone: 'dim' });
  if (fix !== null) page.paragraph(fix, { indent: indent + 5, head: `${' '.repeat(indent)}Fix: ` });
}
