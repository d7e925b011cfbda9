import type { JsonValue } from '../service.js';

/** An object of the wire, not an array and not null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a parsed value can be sent back as JSON; nesting beyond any sense is refused before it fills the stack. */
export function isJson(value: unknown, depth = 0): value is JsonValue {
  if (depth > 50) return false;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every((element) => isJson(element, depth + 1));
  return isRecord(value) && Object.values(value).every((element) => isJson(element, depth + 1));
}

/** A task id on the wire: a positive integer up to 2^53-1, as a number or as its digits; otherwise null. */
export function readId(value: unknown): number | null {
  const id = typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** Milliseconds of an ISO 8601 date at the service's resolution of one second; null when it is none. */
export function readDate(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : wholeSecond(ms);
}

/** The service keeps whole seconds. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** Formatting dates is most of the work of a task reply, and tasks share their seconds. */
const formattedDates = new Map<number, string>();
const FORMATTED_DATES_MAX = 10_000;

/** `2026-08-21T10:00:00+00:00`; the emulated portal lives in UTC. */
export function isoDate(ms: number): string {
  let formatted = formattedDates.get(ms);
  if (formatted === undefined) {
    formatted = `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
    if (formattedDates.size >= FORMATTED_DATES_MAX) formattedDates.clear();
    formattedDates.set(ms, formatted);
  }
  return formatted;
}

const snakeNames = new Map<string, string>();

/** `responsibleId` -> `RESPONSIBLE_ID`. */
export function upperSnake(name: string): string {
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    if (!name.startsWith('UF_')) snakeNames.set(name, snake);
  }
  return snake;
}
