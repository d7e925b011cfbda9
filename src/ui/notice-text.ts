/** Whom and what a plan will set off, in words. */

import { countOf, formatCount } from '../format-numbers.js';
import type { ServiceNotices } from '../plan/notices.js';

/** `ClickUp may tell 12 people (assignees and followers of 400 tasks), and automations may run` */
export function noticeText(notices: ServiceNotices): string {
  const parts = [peopleText(notices), automationText(notices), webhookText(notices)];
  return `${notices.title} ${parts.filter((part) => part !== '').join(', and ')}`;
}

function peopleText({ people, peopleRows, peopleCount, peopleUnknownRows }: ServiceNotices): string {
  if (people === 'no') return '';
  const tells = people === 'yes' ? 'tells' : 'may tell';
  const known = peopleRows - peopleUnknownRows;
  const unknown = `the people of ${countOf(peopleUnknownRows, 'row')}, who are not known yet`;
  if (known === 0) return `${tells} ${unknown}`;
  const told = `${tells} ${countOf(peopleCount, 'person', 'people')} (assignees and followers in ${countOf(known, 'row')})`;
  return peopleUnknownRows === 0 ? told : `${told} and ${unknown}`;
}

function automationText({ automations, automationRows, peopleRows }: ServiceNotices): string {
  if (automations === 'no') return '';
  const run = automations === 'yes' ? 'runs' : 'may run';
  const rows = automationRows === peopleRows ? '' : ` for ${countOf(automationRows, 'row')}`;
  return `${run} webhooks and automations${rows}`;
}

function webhookText({ webhooks }: ServiceNotices): string {
  if (webhooks === 0) return '';
  return webhooks === 1
    ? 'calls the webhook of 1 task'
    : `calls the webhooks that ${formatCount(webhooks)} tasks have of their own`;
}
