/** What `create` and `update` can set on a task: the columns, the request's body, and whether a task has it already. */
import type { z } from 'zod';
import { z as zod } from 'zod';
import type { JsonObject, JsonValue } from '../../json.js';
import { identifier, integer, text } from '../columns.js';
import type { TargetView } from '../target.js';
import { longestName } from './columns.js';
import { isSameStatus } from './list-statuses.js';
import { compactText } from './task-facts.js';
import { parseTaskId } from './task-id.js';
import { dateValue, isSameDate, numberValue, priorities, priorityValue, sendDate } from './value-columns.js';

const longestDescription = 100_000;
/** How ClickUp's export writes what is empty; older ones have the priority 0. */
const blankWords = ['null', 'nan'];
/** Declared as int32 (published v2 document, 2026-07-30): about 596 hours. */
const longestEstimateMs = 2_147_483_647;

export const detailColumns = {
  name: text({ about: 'The name of the task.', example: 'Draft the report' }, { max: longestName }).optional(),
  description: text(
    { about: 'The description as plain text.', example: 'Two pages.', aliases: ['task_content', 'content'] },
    { max: longestDescription },
  ).optional(),
  markdown_content: text(
    {
      about: 'The description in Markdown; it wins over description.',
      example: '**Two** pages.',
      aliases: ['markdown', 'markdown_description'],
    },
    { max: longestDescription },
  ).optional(),
  status: text(
    { about: "The status: one of the list's, in any case.", example: 'in progress' },
    { max: 200 },
  ).optional(),
  priority: priorityValue({
    about: 'The priority: urgent, high, normal or low, or 1 to 4.',
    example: 'high',
    blankWords: [...blankWords, 'none', '0'],
  }).optional(),
  due_date: dateValue({
    about: 'When the task is due: a day, a time, or Unix milliseconds.',
    example: '2026-12-24',
    blankWords,
  }).optional(),
  start_date: dateValue({
    about: 'When the task starts: a day, a time, or Unix milliseconds.',
    example: '2026-12-01',
    blankWords,
  }).optional(),
  time_estimate: integer(
    { about: 'The estimated time in milliseconds.', example: '3600000', aliases: ['time_estimated'], blankWords },
    { min: 0, max: longestEstimateMs },
  ).optional(),
  points: numberValue({ about: 'The sprint points.', example: '3' }, { min: 0, max: 1_000_000 }).optional(),
  parent: identifier(
    {
      about: 'The task that this one becomes a subtask of; it must be in the same list.',
      example: '86fpd7vga',
      aliases: ['parent_id', 'parent_task_id'],
      fix: "Copy the id from the parent's address.",
      blankWords,
    },
    { parse: parseTaskId },
  ).optional(),
  custom_item_id: integer(
    // Not `task_type`: ClickUp's export has the type's name in a column of that name.
    {
      about: 'The number of the task type: 0 a task, 1 a milestone, others by workspace.',
      example: '1',
      aliases: ['task_type_id'],
    },
    { min: 0, max: 2_147_483_647 },
  ).optional(),
};

const shape = zod.object(detailColumns);
export type DetailValues = z.output<typeof shape>;

/** One thing that is to be so on a task. */
export interface Detail {
  readonly field: string;
  /** Its part of the request's body. */
  readonly body: JsonObject;
  /** For people; null when it is cleared. */
  readonly after: string | null;
  before(task: TargetView): string | null;
  /** Null where ClickUp's answer does not tell. */
  isSo(task: TargetView): boolean | null;
  /** The task with it. */
  leaves(task: TargetView): TargetView;
}

interface Wanted extends Pick<Detail, 'field' | 'body'> {
  readonly after: string;
  /** What the task's facts, and the rest of its view, are then. */
  readonly facts?: JsonObject;
  readonly view?: Partial<TargetView>;
}

/** The details that a row gives; ids of parents and spellings of statuses as they are resolved. */
export function wantedDetails(values: DetailValues): Detail[] {
  const details: Detail[] = [];
  const { name, description, markdown_content: markdown, status, priority, points, parent } = values;
  const add = ({ field, body, after, facts, view = {} }: Wanted, before: Detail['before'], isSo: Detail['isSo']) => {
    const leaves = (task: TargetView) => ({ ...task, ...view, extra: { ...task.extra, ...facts } });
    details.push({ field, body, after, before, isSo, leaves });
  };
  if (name !== undefined) {
    const isSame = (task: TargetView) => compactText(task.title) === compactText(name);
    add({ field: 'name', body: { name }, after: name, view: { title: name } }, (task) => task.title, isSame);
  }
  if (markdown !== undefined) {
    const isSame = (task: TargetView) => {
      const held = lettersOf(readText(task, 'description'));
      const asked = lettersOf(compactText(markdown));
      return held === asked ? true : held === '' ? false : null;
    };
    const after = compactText(markdown);
    const facts = { description: after };
    add({ field: 'description', body: { markdown_content: markdown }, after, facts }, heldText('description'), isSame);
  } else if (description !== undefined) {
    const after = compactText(description);
    const facts = { description: after };
    add({ field: 'description', body: { description }, after, facts }, heldText('description'), (task) =>
      [after, compactText(readLineBreaks(description))].includes(readText(task, 'description')),
    );
  }
  if (status !== undefined) {
    const isSame = (task: TargetView) => task.status !== null && isSameStatus(task.status, status);
    add({ field: 'status', body: { status }, after: status, view: { status } }, (task) => task.status, isSame);
  }
  if (priority !== undefined) {
    const number = priorities.indexOf(priority) + 1;
    const body = { priority: number };
    add(
      { field: 'priority', body, after: priority, facts: body },
      heldPriority,
      (task) => task.extra.priority === number,
    );
  }
  for (const field of ['due_date', 'start_date'] as const) {
    const date = values[field];
    const fact = dateFacts[field];
    if (date === undefined) continue;
    const { ms, hasTime } = sendDate(date);
    const isSame = ({ extra }: TargetView) => typeof extra[fact] === 'number' && isSameDate(date, extra[fact]);
    const body = { [field]: ms, [`${field}_time`]: hasTime };
    const view = field === 'due_date' ? { due: new Date(ms).toISOString() } : {};
    add({ field, body, after: date, facts: { [fact]: ms }, view }, heldDate(fact), isSame);
  }
  for (const [field, fact, value] of [
    ['time_estimate', 'estimateMs', values.time_estimate],
    ['points', 'points', points],
    ['custom_item_id', 'taskType', values.custom_item_id],
  ] as const) {
    if (value === undefined) continue;
    const isSame = ({ extra }: TargetView) => {
      const held = extra[fact];
      // A task of no type is one of the type 0; but no estimate and no points are another thing than 0 of them. Whether
      // ClickUp shows a 0 that was set is not known.
      if (held === undefined && value === 0) return fact === 'taskType' ? true : null;
      return held === value;
    };
    add({ field, body: { [field]: value }, after: String(value), facts: { [fact]: value } }, heldText(fact), isSame);
  }
  if (parent !== undefined) {
    const isSame = ({ extra }: TargetView) => extra.parent === parent;
    const below = { facts: { parent }, view: { partOf: [parent] } };
    add({ field: 'parent', body: { parent }, after: parent, ...below }, heldText('parent'), isSame);
  }
  return details;
}

const dateFacts = { due_date: 'dueMs', start_date: 'startMs' } as const;

/** What an update can clear, and what is sent for it: a blank for the description, null for the others. */
const clearing: Readonly<Record<string, { readonly fact: string; readonly value: JsonValue }>> = {
  description: { fact: 'description', value: ' ' },
  priority: { fact: 'priority', value: null },
  due_date: { fact: 'dueMs', value: null },
  start_date: { fact: 'startMs', value: null },
  time_estimate: { fact: 'estimateMs', value: null },
  points: { fact: 'points', value: null },
};
export const clearable = Object.keys(clearing);

/** The details that a row clears. ClickUp documents it for the description alone, so the answer is compared. */
export function clearedDetails(names: readonly string[]): Detail[] {
  return names.flatMap((field): Detail[] => {
    const found = Object.hasOwn(clearing, field) ? clearing[field] : undefined;
    if (found === undefined) return [];
    const { fact, value } = found;
    const before =
      fact === 'priority'
        ? heldPriority
        : fact.endsWith('Ms') && fact !== 'estimateMs'
          ? heldDate(fact)
          : heldText(fact);
    const leaves = (task: TargetView): TargetView => {
      const { [fact]: _gone, ...extra } = task.extra;
      return { ...task, ...(fact === 'dueMs' ? { due: null } : {}), extra };
    };
    const isSo = ({ extra }: TargetView) => extra[fact] === undefined;
    return [{ field, body: { [field]: value }, after: null, before, isSo, leaves }];
  });
}

/** What is not so on a task, in words for a failure. */
export function describeLacks(details: readonly Detail[], task: TargetView): string[] {
  return details
    .filter((detail) => detail.isSo(task) === false)
    .map(({ field, before, after }) => `${field} is ${quote(before(task))}, not ${quote(after)}`);
}

function quote(value: string | null): string {
  return value === null ? 'empty' : `"${value}"`;
}

/** What can't be told by itself, but is exactly as it was before the update, was ignored. */
export function describeUntouched(details: readonly Detail[], before: TargetView, now: TargetView): string[] {
  return details
    .filter((detail) => detail.isSo(now) === null && detail.isSo(before) === null)
    .filter((detail) => detail.before(before) === detail.before(now))
    .map(({ field }) => `${field} is as it was before`);
}

function readText(task: TargetView, fact: string): string {
  const value = task.extra[fact];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function heldText(fact: string): Detail['before'] {
  return (task) => readText(task, fact) || null;
}

function heldDate(fact: string): Detail['before'] {
  return ({ extra }) => {
    const ms = extra[fact];
    return typeof ms === 'number' ? new Date(ms).toISOString() : null;
  };
}

function heldPriority({ extra }: TargetView): string | null {
  return typeof extra.priority === 'number' ? (priorities[extra.priority - 1] ?? String(extra.priority)) : null;
}

/** The text with real line breaks: some exports of ClickUp have `\\n` for them. */
function readLineBreaks(text: string): string {
  return text.replaceAll('\\n', '\n');
}

/** Markdown comes back as plain text; what is left of both is compared. */
export function lettersOf(value: string): string {
  return value.replace(/[^\p{L}\p{N}]+/gu, '');
}
