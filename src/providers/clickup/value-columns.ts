/** Column types for what ClickUp's tasks hold: dates, priorities, decimal numbers, values of any kind. */
import { z } from 'zod';
import { isObject, type JsonValue } from '../../json.js';
import type { ColumnFacts } from '../columns.js';
import { isoFromMs, isoFromText } from '../dates.js';
import { isSoundJson } from '../reading.js';
import { column } from './columns.js';

/**
 * A date (`2026-12-24`), a time (`2026-12-24T15:00:00Z`, UTC unless it says otherwise) or Unix milliseconds as
 * ClickUp's export writes them. In the normal form: a day, or an instant in ISO 8601.
 */
export function dateValue(facts: ColumnFacts) {
  const fix = 'Write 2026-12-24, 2026-12-24T15:00:00Z, or Unix milliseconds.';
  const schema = z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.string().transform((value, context) => {
      const date = readDate(value.trim());
      if (date !== null) return date;
      context.addIssue({ code: 'custom', message: 'is no date after 1970' });
      return z.NEVER;
    }),
  );
  return column('date', { fix, ...facts }, schema);
}

/** The normal form of a date as a person writes it; null for anything else. ClickUp takes no date before 1970. */
export function readDate(text: string): string | null {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const iso = /^\d{9,15}$/.test(text) ? isoFromMs(text) : isoFromText(text);
  if (iso === null || Date.parse(iso) <= 0) return null;
  // `2026-02-30` is read as a day in March.
  if (isDay) return iso.startsWith(text) ? text : null;
  return iso;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A date as it is sent. A day is sent as its noon in UTC, which is the same day nearly everywhere on earth. */
export function sendDate(date: string): { readonly ms: number; readonly hasTime: boolean } {
  const hasTime = date.length > 10;
  return { ms: hasTime ? Date.parse(date) : Date.parse(date) + dayMs / 2, hasTime };
}

/**
 * Whether ClickUp holds the date. A day is stored as four in the morning in the time zone of who sets it (ClickUp's API
 * documentation, 2026-07-30), which is within 10 hours before and 16 after midnight in UTC; times to the minute.
 */
export function isSameDate(date: string, heldMs: number): boolean {
  const { ms, hasTime } = sendDate(date);
  if (hasTime) return Math.abs(ms - heldMs) < 60_000;
  const midnightMs = ms - dayMs / 2;
  return heldMs >= midnightMs - 10 * hourMs && heldMs <= midnightMs + 16 * hourMs;
}

export const priorities = ['urgent', 'high', 'normal', 'low'] as const;

/** ClickUp's four priorities, by name or by number from 1 (urgent) to 4 (low). */
export function priorityValue(facts: ColumnFacts) {
  const words = priorities.join(', ');
  const schema = z.preprocess(
    (value) => {
      const word = String(value).trim().toLowerCase();
      return /^[1-4]$/.test(word) ? priorities[Number(word) - 1] : word;
    },
    z.enum(priorities, `is none of ${words}`),
  );
  return column('choice', { fix: `Write one of ${words}, or 1 to 4.`, ...facts }, schema);
}

/** A number, with decimals. */
export function numberValue(facts: ColumnFacts, limits: { min: number; max: number }) {
  const range = `a number from ${limits.min} to ${limits.max}`;
  const schema = z.preprocess(
    (value) => (typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value),
    z.number(`is not ${range}`).min(limits.min, `is not ${range}`).max(limits.max, `is not ${range}`),
  );
  return column('number', { fix: `Write ${range}.`, ...facts }, schema);
}

const longestValue = 100_000;
const jsonValue: z.ZodType<JsonValue> = z.json();

/** A value whose type another column decides: text, or any JSON. */
export function anyValue(facts: ColumnFacts & { readonly fix: string }) {
  const schema = z.preprocess(
    // Checked by hand first: a value of any depth would overrun the stack of the schema.
    (value) => (isSoundJson(value) ? value : null),
    jsonValue
      .refine((value) => value !== null, 'is no value')
      .refine((value) => JSON.stringify(value).length <= longestValue, 'is longer than 100,000 characters'),
  );
  return column('value', facts, schema);
}

/** Values by name, from dotted columns (`custom_fields.Effort`) or a JSON object. */
export function valuesByName(facts: ColumnFacts) {
  const fix = 'Write a JSON object, or use a column for each name: custom_fields.Effort.';
  const schema = z.preprocess(
    (value) => {
      if (typeof value !== 'string') return value;
      try {
        const parsed: unknown = JSON.parse(value);
        return isObject(parsed) ? parsed : value;
      } catch {
        return value;
      }
    },
    z.record(z.string().min(1), jsonValue, 'is no JSON object'),
  );
  return column('object', { fix, ...facts }, schema);
}
