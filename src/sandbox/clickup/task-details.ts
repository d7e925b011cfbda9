import type { TaskDetails } from './model.js';
import { refuse } from './refusal.js';

/** Characters as UTF-16 units; measured 2026-08-24. Longer names are refused, not cut. */
const maxNameLength = 2048;
const maxInt32 = 2_147_483_647;
const dayMs = 86_400_000;
/** A date without time is stored as four in the morning of the setter's zone; the sandbox's user lives in UTC. */
const dateOnlyMs = 4 * 3_600_000;

/** @throws Refusal 400 INPUT_005 for anything but a text of 1 to 2048 characters. */
export function readName(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > maxNameLength) {
    return refuse(400, 'INPUT_005', 'Task name invalid');
  }
  return value;
}

/**
 * The details that a create or an update sends, checked; absent keys are left out. A value of the wrong type is ignored,
 * as the service ignores what it does not know, except where a refusal was seen or the type is declared bounded.
 *
 * @throws Refusal 400 for a date, priority or estimate out of range; the codes for the last two are ours.
 */
export function readDetails(body: Readonly<Record<string, unknown>>): Partial<TaskDetails> {
  const details: Partial<TaskDetails> = { ...readTexts(body) };
  if (body.due_date !== undefined) details.dueMs = readDate(body.due_date, body.due_date_time);
  if (body.start_date !== undefined) details.startMs = readDate(body.start_date, body.start_date_time);
  if (body.priority !== undefined) details.priority = readPriority(body.priority);
  if (body.time_estimate !== undefined) details.timeEstimateMs = readEstimate(body.time_estimate);
  if (body.points === null || typeof body.points === 'number') details.points = body.points;
  if (typeof body.custom_item_id === 'number') details.customItemId = body.custom_item_id;
  if (typeof body.archived === 'boolean') details.archived = body.archived;
  return details;
}

/** @throws Refusal 400 INPUT_006 for what is no number, ITEM_115 for one that is not positive. */
export function readTimestamp(value: unknown): number {
  const ms = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return refuse(400, 'INPUT_006', 'Date invalid');
  if (ms <= 0) return refuse(400, 'ITEM_115', 'Due date not valid, must be positive');
  return Math.floor(ms);
}

function readTexts(body: Readonly<Record<string, unknown>>): Pick<Partial<TaskDetails>, 'description' | 'markdown'> {
  const { markdown_content: markdown, markdown_description: flattened, description } = body;
  if (typeof markdown === 'string') return { description: flattenMarkdown(markdown), markdown };
  if (typeof description === 'string') {
    const text = description === ' ' ? '' : description;
    return { description: text, markdown: text };
  }
  // The official example sends this one, and live it came back as plain text (audit notes, 2026-08-15).
  if (typeof flattened !== 'string') return {};
  const text = flattenMarkdown(flattened);
  return { description: text, markdown: text };
}

function flattenMarkdown(markdown: string): string {
  return markdown.replace(/^#+\s+/gm, '').replace(/[*_`]/g, '');
}

function readDate(value: unknown, hasTime: unknown): number | null {
  if (value === null) return null;
  const ms = readTimestamp(value);
  return hasTime === true ? ms : Math.floor(ms / dayMs) * dayMs + dateOnlyMs;
}

function readPriority(value: unknown): number | null {
  if (value === null || value === 1 || value === 2 || value === 3 || value === 4) return value;
  return refuse(400, 'INPUT_007', 'Priority invalid');
}

function readEstimate(value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxInt32) return value;
  return refuse(400, 'INPUT_008', 'Time estimate invalid');
}
