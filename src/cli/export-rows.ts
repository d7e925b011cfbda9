/** A task as a line of the exported manifest. */
import { stringify } from 'csv-stringify/sync';
import { terminalSafeJson } from '../json.js';
import type { TargetView } from '../providers/target.js';
import { factText } from '../report/fact-text.js';

export interface RowForm {
  readonly format: 'csv' | 'jsonl';
  readonly provider: string;
  /** For a column `operation`; undefined = none. */
  readonly operation: string | undefined;
}

/** What there is to know of a task beside its id begins with `_`: it is carried along, and no operation takes it for its own. */
const facts: ReadonlyArray<readonly [name: string, read: (view: TargetView) => string]> = [
  ['_title', ({ title }) => title],
  ['_status', ({ status }) => status ?? ''],
  ['_completed', ({ completed }) => String(completed)],
  ['_place', ({ place }) => place ?? ''],
  ['_assignees', ({ assignees }) => assignees.join(';')],
  ['_tags', ({ tags }) => tags.join(';')],
  ['_created', ({ created }) => created ?? ''],
  ['_updated', ({ updated }) => updated ?? ''],
  ['_due', ({ due }) => due ?? ''],
  ['_url', ({ url }) => url ?? ''],
];

/** What stands before the first task: the header of a CSV. */
export function headerText({ format, operation }: RowForm): string {
  if (format === 'jsonl') return '';
  const own = ['task_id', 'provider', ...(operation === undefined ? [] : ['operation'])];
  return stringify([[...own, ...facts.map(([name]) => name)]]);
}

export function rowText(view: TargetView, { format, provider, operation }: RowForm): string {
  const own = { task_id: view.id, provider, ...(operation === undefined ? {} : { operation }) };
  const told = facts.map(([name, read]) => [name, read(view)] as const);
  if (format === 'jsonl') return `${terminalSafeJson(JSON.stringify({ ...own, ...Object.fromEntries(told) }))}\n`;
  return stringify([[...Object.values(own), ...told.map(([, value]) => factText(value))]]);
}
