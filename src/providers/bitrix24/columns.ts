/** The columns that Bitrix24's operations share. */
import { identifier } from '../columns.js';
import type { ParsedId } from '../environment.js';

export const taskIdColumn = identifier(
  {
    about: 'The number of the task.',
    example: '3871',
    aliases: ['id'],
    fix: 'Copy the number of the task from its address in Bitrix24; format the column as text before pasting.',
  },
  { parse: parseTaskId },
);

/** A task's id is a positive whole number, sent as a JSON number, so at most 2^53 - 1. */
export function parseTaskId(value: string): ParsedId {
  const digits = value.replace(/^#/, '');
  if (!/^\d+$/.test(digits)) return { reason: 'is no task number: those are digits only' };
  if (digits.startsWith('0')) return { reason: 'begins with 0, which no task number does' };
  return Number.isSafeInteger(Number(digits)) ? { id: digits } : { reason: 'is larger than any task number can be' };
}
