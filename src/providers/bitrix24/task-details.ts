/** What of a task can be written (Vibecode's task pages), as columns and as comparisons with a task that was read. */
import { z } from 'zod';
import type { JsonValue } from '../../json.js';
import { integer, list, oneOf, text } from '../columns.js';
import { isoFromText } from '../dates.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import { numericId, priorityCodes, tagNames, timeValue, userIds } from './value-columns.js';

/** Vibecode's task pages; a longer title is refused by some versions and cut without a word by others. */
export const titleColumn = text({ about: 'The title of the task.', example: 'Draft the report' }, { max: 250 });

export const responsibleColumn = numericId({
  about: 'The id of the user who is responsible for the task.',
  example: '1',
  aliases: ['responsibleId'],
});

export const detailColumns = {
  title: titleColumn.optional(),
  description: text(
    {
      about: "The description, in BB code. Not taken from Bitrix24's own export, which leaves the BB code out.",
      example: 'By [b]Friday[/b], please.',
      presentInExport: true,
    },
    { max: 50_000 },
  ).optional(),
  priority: oneOf({ about: 'The priority: low, normal or high.', example: 'high' }, [
    'low',
    'normal',
    'high',
  ]).optional(),
  deadline: timeValue({
    about:
      'The deadline, with its time of day; without an offset it is UTC. ' +
      "Not taken from Bitrix24's own export, which tells no time zone.",
    example: '2026-12-24T18:00:00+03:00',
    presentInExport: true,
  }).optional(),
  start_date_plan: timeValue({
    about: 'When the work is planned to begin, with its time of day; without an offset it is UTC.',
    example: '2026-12-21T09:00:00+03:00',
    aliases: ['startDatePlan'],
  }).optional(),
  end_date_plan: timeValue({
    about: 'When the work is planned to end, with its time of day; an update names both planned dates or none.',
    example: '2026-12-23T18:00:00+03:00',
    aliases: ['endDatePlan'],
  }).optional(),
  responsible_id: responsibleColumn.optional(),
  group_id: numericId({
    about: 'The id of the group (project) of the task.',
    example: '12',
    aliases: ['groupId'],
  }).optional(),
  parent_id: numericId({
    about: 'The number of the task of which it is a subtask.',
    example: '3870',
    aliases: ['parentId'],
  }).optional(),
  accomplices: userIds({
    about: 'The ids of the users who take part; they replace those there are.',
    example: '3;5',
  }).optional(),
  auditors: userIds({
    about: 'The ids of the users who watch the task; they replace those there are.',
    example: '4',
    aliases: ['observers'],
  }).optional(),
  tags: tagNames({ about: 'The tags; they replace those there are.', example: 'invoice;q4' }).optional(),
  time_estimate: integer(
    { about: 'The estimated time, in seconds.', example: '7200', aliases: ['timeEstimate'] },
    { min: 0, max: 100_000_000 },
  ).optional(),
};

export const clearable = [
  'description',
  'deadline',
  'start_date_plan',
  'end_date_plan',
  'group_id',
  'parent_id',
  'accomplices',
  'auditors',
  'tags',
  'time_estimate',
] as const;

export const clearColumn = list(
  {
    about: `What is emptied: ${clearable.join(', ')}. An empty cell leaves a value as it is, a filled one sets it.`,
    example: 'deadline',
  },
  oneOf({ about: 'The name of a column to empty.', example: 'deadline' }, clearable),
  { max: clearable.length },
);

const detailsSchema = z.object({ ...detailColumns, clear: clearColumn.optional() });
export type DetailArgs = z.output<typeof detailsSchema>;

/** What is wrong with the planned dates; null when nothing is. Bitrix24 refuses an end before its start. */
export function describePlanProblem({
  start_date_plan: start,
  end_date_plan: end,
}: Partial<DetailArgs>): string | null {
  if (start === undefined || end === undefined || Date.parse(end) >= Date.parse(start)) return null;
  return 'plans an end_date_plan that is before its start_date_plan';
}

/** One value that a row asks for. */
export interface Detail {
  /** The column. */
  readonly field: string;
  /** As it is sent. */
  readonly name: string;
  readonly value: JsonValue;
  /** Whether the task has it; null when the task, as it was read, does not tell. */
  readonly isSo: (task: TargetView) => boolean | null;
  readonly before: (task: TargetView) => string | null;
  readonly after: string | null;
}

/** Columns, their names in Vibecode, and how values are sent and compared. */
const kinds = {
  title: { name: 'title', kind: 'text' },
  description: { name: 'description', kind: 'text' },
  priority: { name: 'priority', kind: 'priority' },
  deadline: { name: 'deadline', kind: 'time' },
  start_date_plan: { name: 'startDatePlan', kind: 'time' },
  end_date_plan: { name: 'endDatePlan', kind: 'time' },
  responsible_id: { name: 'responsibleId', kind: 'number' },
  group_id: { name: 'groupId', kind: 'number' },
  parent_id: { name: 'parentId', kind: 'number' },
  accomplices: { name: 'accomplices', kind: 'people' },
  auditors: { name: 'auditors', kind: 'people' },
  tags: { name: 'tags', kind: 'tags' },
  time_estimate: { name: 'timeEstimate', kind: 'number' },
} as const;
export type Column = keyof typeof kinds;
type Kind = (typeof kinds)[Column]['kind'];

export const columns = [
  ...(['title', 'description', 'priority', 'deadline', 'start_date_plan', 'end_date_plan'] as const),
  ...(['responsible_id', 'group_id'] as const),
  ...(['parent_id', 'accomplices', 'auditors', 'tags', 'time_estimate'] as const),
];

/** All values that a row asks for, in the order of the columns; what it clears is empty. */
export function wantedDetails(args: Partial<DetailArgs>): readonly Detail[] {
  const cleared = new Set<string>(args.clear ?? []);
  return columns.flatMap((column) => {
    const value = args[column] ?? (cleared.has(column) ? '' : undefined);
    return value === undefined ? [] : [detailOf(column, typeof value === 'object' ? value : String(value))];
  });
}

function detailOf(column: Column, wanted: string | readonly string[]): Detail {
  const { name, kind } = kinds[column];
  const parts = typeof wanted === 'string' ? (wanted === '' ? [] : [wanted]) : wanted;
  const sent = normalize(kind, sentText(kind, parts));
  return {
    field: column,
    name,
    value: sentValue(kind, parts),
    before: (task) => heldText(column, task),
    after: parts.length === 0 ? null : parts.join('; '),
    isSo: (task) => {
      const held = heldText(column, task);
      if (held === null) return null;
      const same = normalize(kind, held) === sent;
      // Bitrix24 may tidy the BB code: only an empty text is surely not what was asked.
      return !same && column === 'description' && sent !== '' && held !== '' ? null : same;
    },
  };
}

function sentText(kind: Kind, parts: readonly string[]): string {
  const [first = ''] = parts;
  if (kind === 'priority') return String(priorityCodes[first === 'low' || first === 'high' ? first : 'normal']);
  return kind === 'tags' ? parts.join('\n') : parts.join(',');
}

function sentValue(kind: Kind, parts: readonly string[]): JsonValue {
  const [first] = parts;
  switch (kind) {
    case 'people':
      return parts.map(Number);
    case 'tags':
      return parts;
    case 'number':
      return first === undefined ? 0 : Number(first);
    case 'priority':
      return Number(sentText(kind, parts));
    case 'time':
      return first ?? null;
    case 'text':
      return first ?? '';
  }
}

/** What the task has, as text; null when its reading does not tell. */
export function heldText(column: Column, task: TargetView): string | null {
  if (column === 'title') return task.title === '' ? null : task.title;
  if (column === 'tags') return task.extra.tagsTold === true ? task.tags.join('\n') : null;
  return extraText(task.extra, kinds[column].name);
}

function normalize(kind: Kind, value: string): string {
  switch (kind) {
    case 'time':
      return (isoFromText(value) ?? value).slice(0, 19);
    case 'people':
      return sorted(value.split(','));
    case 'tags':
      return sorted(value.toLowerCase().split('\n'));
    case 'number':
      return value === '0' ? '' : value;
    case 'priority':
      return value;
    case 'text':
      return decodeEntities(value).replace(/\s+/g, ' ').trim();
  }
}

function sorted(values: readonly string[]): string {
  return [...new Set(values.map((value) => decodeEntities(value).trim()))].sort().join('\n');
}

/** Bitrix24's tasks module hands some texts out with HTML's entities. */
export function decodeEntities(value: string): string {
  const characters: Readonly<Record<string, string>> = {
    lt: '<',
    gt: '>',
    quot: '"',
    '#039': "'",
    '#39': "'",
    amp: '&',
  };
  return value.replace(/&(lt|gt|quot|#0?39|amp);/g, (entity, name: string) => characters[name] ?? entity);
}

/** What of the request is surely not so, in words. */
export function describeLacks(details: readonly Detail[], task: TargetView): readonly string[] {
  return details
    .filter((detail) => detail.isSo(task) === false)
    .map(({ field, before, after }) => `${field} is ${quote(before(task))}, not ${quote(after)}`);
}

function quote(value: string | null): string {
  return value === null || value === '' ? 'empty' : `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
}
