import { z } from 'zod';
import type { ColumnFacts } from '../columns.js';
import { isoFromText } from '../dates.js';

/**
 * A moment: ISO 8601 or `YYYY-MM-DD HH:MM:SS`, UTC unless it names an offset. Becomes the latter, which is what Tallyfy's
 * integration guide, connector and official clients send; the create and update pages name the former.
 */
export function moment(facts: ColumnFacts) {
  const fix = 'Write YYYY-MM-DD HH:MM:SS in UTC, or ISO 8601 with an offset; format the column as text.';
  const schema = z.unknown().transform((value, context): string => {
    const read = readMoment(value);
    if ('moment' in read) return read.moment;
    context.addIssue({ code: 'custom', message: read.reason });
    return z.NEVER;
  });
  return schema.pipe(z.string()).meta({ description: facts.about, column: { fix, ...facts, kind: 'date' } });
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, or why the value is no moment. Numbers are refused: Tallyfy takes no epoch. */
export function readMoment(value: unknown): { readonly moment: string } | { readonly reason: string } {
  if (value === undefined || value === null || value === '') return { reason: 'is empty' };
  if (typeof value !== 'string' || /^\s*[+-]?\d+([.,]\d+)?\s*$/.test(value)) {
    return { reason: 'is a number; Tallyfy takes dates as text' };
  }
  const text = value.trim();
  const iso = isoFromText(text);
  if (iso === null || !isCalendarDay(text.slice(0, 10))) return { reason: 'is no date' };
  return { moment: writeDate(iso) };
}

/** `Date` takes 30 February for 2 March. */
function isCalendarDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/** An ISO moment as Tallyfy takes it. */
export function writeDate(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
