/** The columns that ClickUp's operations share: by which a row names its task, and people. */
import { z } from 'zod';
import { type ColumnFacts, identifier, list, text } from '../columns.js';
import { parseTaskId, parseTeamId } from './task-id.js';

/** The longest name of a task: 2,048 characters, measured on 2026-08-24; longer ones are refused, not cut. */
export const longestName = 2048;

/** A column of a type of ClickUp's own, with the facts by which validation, templates and documentation know it. */
export function column<Schema extends z.ZodType>(
  kind: string,
  facts: ColumnFacts & { readonly fix: string },
  schema: Schema,
): Schema {
  return schema.meta({ description: facts.about, column: { ...facts, kind } });
}

/** A list's id: digits. */
export function parseListId(value: string): { readonly id: string } | { readonly reason: string } {
  return /^\d{1,20}$/.test(value) ? { id: value } : { reason: 'is no list id: those are digits, e.g. 901000000002' };
}

/** The columns by which a row names its task: an id, or a name within a list. */
export const taskColumns = {
  task_id: identifier(
    {
      about: 'The id of the task: native (86fpd7vgc), custom (DEV-1234), or its address.',
      example: '86fpd7vgc',
      aliases: ['id', 'task_url', 'custom_task_id'],
      fix: "Copy the id from the task's address, or the custom id from the task; or give task_name and list_id.",
    },
    { parse: parseTaskId },
  ).optional(),
  task_name: text(
    {
      about: 'The exact name of the task, where task_id is empty; it is looked up in list_id or list_name.',
      example: 'Draft the report',
      aliases: ['task_title'],
    },
    { max: longestName },
  ).optional(),
  list_id: identifier(
    {
      about: 'The id of the list in which the task is named by task_name.',
      example: '901000000002',
      fix: "Copy the digits behind /li/ in the list's address, or leave the cell empty.",
    },
    { parse: parseListId },
  ).optional(),
  list_name: text(
    { about: 'The name of the list in which the task is named by task_name.', example: 'Backlog', aliases: ['list'] },
    { max: 500 },
  ).optional(),
  team_id: identifier(
    {
      about: 'The id of the workspace in which a custom id is looked up, where it is not that of CLICKUP_TEAM_ID.',
      example: '9008123456',
      aliases: ['workspace_id'],
      fix: 'Copy the digits behind app.clickup.com/, or leave the cell empty.',
    },
    { parse: parseTeamId },
  ).optional(),
};

/** A problem that shows only between columns, in words that follow "row". */
export type RowCheck<Args> = (args: Args) => string | null;

/** The schema of an operation on a task: the columns that name it, and the operation's own with its rules. */
export function taskSchema<Shape extends z.ZodRawShape>(
  shape: Shape,
  check: RowCheck<Readonly<Record<string, unknown>>> = () => null,
) {
  return z.object({ ...taskColumns, ...shape }).superRefine((args, context) => {
    for (const message of [describeMissingName(args), check(args)]) {
      if (message !== null) context.addIssue({ code: 'custom', message });
    }
  });
}

function describeMissingName(args: Readonly<Record<string, unknown>>): string | null {
  if (args.task_id !== undefined || args.task_name !== undefined) return null;
  return 'names no task: fill in task_id, or task_name with list_id or list_name';
}

/** People by user id, e-mail or name; `[a, b]` as ClickUp's export writes it is taken too. */
export function people(facts: ColumnFacts) {
  const person = z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : value),
    z.string().min(1, 'holds an empty name').max(320, 'holds a name of more than 320 characters'),
  );
  const fix = 'Write user ids, e-mails or names of members, with ; between them.';
  return column('list', { fix, ...facts }, z.preprocess(unwrapBrackets, list(facts, person, { max: 100 })));
}

/** The names of tags; `[a, b]` as ClickUp's export writes it is taken too. */
export function tagNames(facts: ColumnFacts) {
  const tag = z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string())
    .pipe(z.string().min(1, 'holds an empty tag').max(200, 'holds a tag of more than 200 characters'));
  const fix = 'Write the tags with ; between them.';
  return column('list', { fix, ...facts }, z.preprocess(unwrapBrackets, list(facts, tag, { max: 100 })));
}

/** `[Ada, Bo]` of ClickUp's export, which is no JSON, as the list that it means; a lone number as one entry. */
function unwrapBrackets(value: unknown): unknown {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string') return value;
  const inner = /^\s*\[([^\]"]*)\]\s*$/.exec(value)?.[1];
  if (inner === undefined || /^[\d\s,]*$/.test(inner)) return value;
  return inner
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
