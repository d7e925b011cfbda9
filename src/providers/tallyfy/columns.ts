/** The columns that Tallyfy's operations share. */
import { z } from 'zod';
import { type ColumnFacts, flag, identifier, integer, list, oneOf, text } from '../columns.js';
import { moment } from './date-column.js';
import { parseHexId } from './hex-id.js';

export const taskIdColumn = identifier(
  {
    about: 'The id of the task.',
    example: '0f8fad5bd9cb469fa16570867728950e',
    aliases: ['id'],
    fix: 'Copy the 32 characters of the id from Tallyfy again; format the column as text before pasting.',
  },
  { parse: parseHexId },
);

/** The run as the thing that is acted on. */
export const targetRunColumn = identifier(
  {
    about: 'The id of the run (process).',
    example: '7c9e6679f4e64b0d9a3f1e2d3c4b5a69',
    aliases: ['process_id', 'id'],
    fix: 'Copy the 32 characters of the id from Tallyfy again; format the column as text before pasting.',
  },
  { parse: parseHexId },
);

export const tagIdColumn = identifier(
  {
    about: 'The id of the tag.',
    example: '5d41402abc4b2a76b9719d911017c592',
    aliases: ['id'],
    fix: 'Copy the 32 characters of the id from Tallyfy again; format the column as text before pasting.',
  },
  { parse: parseHexId },
);

export function runColumn(about: string) {
  const facts = {
    about,
    example: '7c9e6679f4e64b0d9a3f1e2d3c4b5a69',
    aliases: ['process_id'],
    fix: 'Copy the 32 characters of the id from Tallyfy again, or leave the cell empty.',
  };
  return identifier(facts, { parse: parseHexId }).optional();
}

export const runIdColumn = runColumn(
  'The id of the run (process) that the task belongs to. Not needed: a task is found without it.',
);

/** The limit of create and update pages. */
const longestTitle = 600;
/** The service states no limit; a cell of a spreadsheet holds 32,767 characters. */
const longestText = 100_000;

export const titleColumn = text(
  { about: 'The title of the task, at most 600 characters.', example: 'Send the invoice', aliases: ['task_title'] },
  { max: longestTitle },
);

export const summaryColumn = text(
  {
    about: 'The description of the task; Tallyfy takes HTML.',
    example: 'With the amounts of May.',
    aliases: ['description'],
  },
  { max: longestText },
).optional();

export function contentColumn(about: string, aliases: readonly string[]) {
  return text({ about, example: 'Waiting for the customer.', aliases }, { max: longestText });
}

export const taskTypes = ['task', 'approval', 'expiring', 'email', 'expiring_email'] as const;

export function taskTypeColumn(about: string) {
  return oneOf({ about, example: 'task' }, taskTypes);
}

export const startedAtColumn = moment({
  about: 'When the task starts, in UTC unless it names an offset.',
  example: '2026-11-30 09:00:00',
}).optional();

export function deadlineColumn(about: string) {
  return moment({ about, example: '2026-12-01 17:00:00', aliases: ['due_date'] });
}

export const webhookColumn = text(
  {
    about: 'An address that Tallyfy calls when the task is completed.',
    example: 'https://example.com/hook',
    fix: 'Write a whole address that begins with https:// or http://.',
  },
  { max: 2_000 },
)
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'is no address of the web')
  .optional();

export function maxAssignableColumn(min: 0 | 1) {
  const about = `How many people may be assigned at most; ${min === 0 ? '0 is without limit' : 'no limit when empty'}.`;
  return integer({ about, example: '3' }, { min, max: 10_000 }).optional();
}

export function optionalFlag(about: string) {
  return flag({ about, example: 'true' }).optional();
}

/** Ids of tags; tags are given to tasks only when those are made. */
export function tagsColumn(facts: ColumnFacts) {
  const tag = z.string().transform((value, context) => {
    const parsed = parseHexId(value.trim());
    if ('id' in parsed) return parsed.id;
    context.addIssue({ code: 'custom', message: `has "${value}", which ${parsed.reason}` });
    return z.NEVER;
  });
  return list(facts, tag, { max: 100 }).optional();
}
