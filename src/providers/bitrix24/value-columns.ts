/** Column types for what Bitrix24's tasks hold: ids of people, groups and tasks, deadlines, priorities, tags. */
import { z } from 'zod';
import { type ColumnFacts, columnFacts, identifier, list, text } from '../columns.js';
import { isoFromText } from '../dates.js';
import { parseTaskId } from './columns.js';

/** The id of a user, a group or another task: a positive whole number, sent as a JSON number. */
export function numericId(facts: ColumnFacts) {
  const fix = 'Copy the number from its address in Bitrix24.';
  return identifier({ fix, ...facts }, { parse: parseId });
}

function parseId(value: string): ReturnType<typeof parseTaskId> {
  const parsed = parseTaskId(value);
  return 'id' in parsed ? parsed : { reason: 'is no id: those are positive whole numbers' };
}

/** Users by their ids; a lone number is a list of one. */
export function userIds(facts: ColumnFacts) {
  const ids = list({ fix: 'Write the ids of users, with ; between them.', ...facts }, numericId(facts), { max: 100 });
  return withFacts(ids, z.preprocess(loneAsList, ids));
}

/** Tags by name. None holds a comma: Bitrix24 splits texts of tags there, and its export joins them with `, `. */
export function tagNames(facts: ColumnFacts) {
  const tag = z
    .string()
    .trim()
    .min(1, 'holds an empty tag')
    .max(255, 'holds a tag of more than 255 characters')
    .regex(/^[^,]*$/, 'holds a tag with a comma, where Bitrix24 would split it');
  const tags = list({ fix: 'Write the tags with ; between them.', ...facts }, tag, { max: 100 });
  return withFacts(
    tags,
    z.preprocess((value) => splitAtCommas(loneAsList(value)), tags),
  );
}

/** A cell with commas as the list that it means; JSON arrays stay as they are. */
function splitAtCommas(value: unknown): unknown {
  return typeof value === 'string' && !/^\s*\[/.test(value) ? value.replaceAll(',', ';') : value;
}

function loneAsList(value: unknown): unknown {
  return typeof value === 'number' ? [String(value)] : value;
}

/** A date with its time of day, as ISO 8601 in UTC. */
export function timeValue(facts: ColumnFacts) {
  const fix = 'Write 2026-12-24T18:00:00+03:00; without an offset it is UTC.';
  const plain = text({ fix, ...facts }, { max: 40 });
  const schema = plain.transform((value, context) => {
    const trimmed = value.trim();
    const refuse = (message: string): typeof z.NEVER => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const day = trimmed.slice(0, 10);
    const iso = isoFromText(trimmed);
    // `2026-02-30` is read as a day in March.
    if (iso === null || !isoFromText(day)?.startsWith(day)) return refuse('is no date with a time');
    return trimmed.length > 10 ? iso : refuse('has no time of day, which dates of tasks in Bitrix24 have');
  });
  return withFacts(plain, schema);
}

export const priorityCodes = { low: 0, normal: 1, high: 2 } as const;

function withFacts<Schema extends z.ZodType>(from: z.ZodType, schema: Schema): Schema {
  const facts = columnFacts(from);
  return facts === null ? schema : schema.meta({ description: facts.about, column: facts });
}
