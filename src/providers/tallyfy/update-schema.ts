import { z } from 'zod';
import { integer, list, oneOf } from '../columns.js';
import {
  deadlineColumn,
  maxAssignableColumn,
  optionalFlag,
  runIdColumn,
  startedAtColumn,
  summaryColumn,
  taskIdColumn,
  taskTypeColumn,
  titleColumn,
  webhookColumn,
} from './columns.js';
import { type GivenOwners, type OwnerBucket, ownersColumn } from './owners.js';
import { type DetailName, detailNames, sayDetail } from './task-details.js';

export const clearable = ['summary', 'webhook', 'owners.users', 'owners.guests', 'owners.groups'] as const;
const clearAbout = 'What to empty.';

/** The columns of `update`; every one but the task's id may be left empty, and is then not changed. */
export const updateSchema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  title: titleColumn.optional(),
  summary: summaryColumn,
  deadline: deadlineColumn(
    'When the task is due, in UTC unless it names an offset; Tallyfy may move it to a working day.',
  ).optional(),
  started_at: startedAtColumn,
  owners: ownersColumn(
    {
      about:
        'Who is assigned: users (numbers), guests (e-mails), groups (ids), as JSON or as columns owners.users and so on. Lists that are not named stay as they are.',
      example: '{"users":[48213],"guests":["ann@example.com"]}',
    },
    { atLeastOne: false },
  ).optional(),
  webhook: webhookColumn,
  prevent_guest_comment: optionalFlag('Whether guests are kept from commenting.'),
  max_assignable: maxAssignableColumn(0),
  position: integer(
    { about: "The task's place in its run; tasks of runs only.", example: '3' },
    { min: 1, max: 100_000 },
  ).optional(),
  top_secret: optionalFlag('Whether only assignees and administrators see the task.'),
  task_type: taskTypeColumn('What kind of task it becomes.').optional(),
  clear: list(
    { about: clearAbout, example: 'summary;webhook', fix: `Write some of ${clearable.join(', ')}.` },
    oneOf({ about: clearAbout, example: 'summary' }, clearable),
    { max: clearable.length },
  ).optional(),
});

export type UpdateArgs = z.output<typeof updateSchema>;

/** The simple fields that a row sets, in the form in which they are compared. */
export function askedDetails(args: UpdateArgs): ReadonlyMap<DetailName, string> {
  const asked = new Map<DetailName, string>();
  const given = new Map<string, unknown>(Object.entries(args));
  for (const name of detailNames) {
    const value = given.get(name);
    if (value !== undefined) asked.set(name, sayDetail(name, value));
    else if (args.clear?.some((cleared) => cleared === name) === true) asked.set(name, '');
  }
  return asked;
}

/** The lists of assignees that a row sets, emptied ones among them; null when it sets none. */
export function askedOwners(args: UpdateArgs): GivenOwners | null {
  const owners: GivenOwners = { ...args.owners };
  for (const cleared of args.clear ?? []) {
    const bucket = cleared.startsWith('owners.') ? cleared.slice('owners.'.length) : null;
    if (isBucket(bucket)) owners[bucket] = [];
  }
  return Object.keys(owners).length === 0 ? null : owners;
}

function isBucket(name: string | null): name is OwnerBucket {
  return name === 'users' || name === 'guests' || name === 'groups';
}

/** What stands twice in the row: a field that is set and emptied at once; null when none. */
export function contradiction(args: UpdateArgs): string | null {
  const set = new Map<string, unknown>(Object.entries(args));
  for (const [bucket, list] of Object.entries(args.owners ?? {})) set.set(`owners.${bucket}`, list);
  return args.clear?.find((name) => set.get(name) !== undefined) ?? null;
}
