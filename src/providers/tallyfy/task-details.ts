/** The simple fields of a task that can be written, as comparable text. */
import { field, type JsonObject } from '../../json.js';
import { isoFromText } from '../dates.js';

export const detailNames = [
  'title',
  'summary',
  'deadline',
  'started_at',
  'task_type',
  'webhook',
  'position',
  'max_assignable',
  'prevent_guest_comment',
  'everyone_must_complete',
  'can_complete_only_assignees',
  'top_secret',
  'is_soft_start_date',
] as const;
export type DetailName = (typeof detailNames)[number];
export type Details = Readonly<Partial<Record<DetailName, string>>>;

/** What an answer tells of them; null is an empty text, and what is not told is missing. */
export function readDetails(task: unknown): Details {
  const told = detailNames.flatMap((name) => {
    const value = field(task, name);
    return value === undefined ? [] : [[name, sayDetail(name, value)] as const];
  });
  return Object.fromEntries(told);
}

/** From a stored view. */
export function viewDetails(extra: JsonObject): Details {
  return readDetails(extra.details);
}

export function sayDetail(name: DetailName, value: unknown): string {
  if (value === null) return '';
  if (name === 'deadline' || name === 'started_at') return isoFromText(value) ?? String(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Whether two texts of a field mean the same; markup and blanks in title and summary do not count. */
export function sameDetail(name: DetailName, one: string, other: string): boolean {
  if (one === other) return true;
  if (name === 'title' || name === 'summary') return plainText(one) === plainText(other);
  const numberOf: Readonly<Record<string, string>> = { true: '1', false: '0' };
  return (numberOf[one] ?? one) === (numberOf[other] ?? other);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** A text without comments, tags and entities, blanks folded: summary and comments are HTML (rich text page, 2026-09-11). */
export function plainText(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<\/?[a-z][^<>]*>/gi, ' ')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}
