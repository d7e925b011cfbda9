import type { JsonValue } from '../service.js';

/** Deeper nesting than any field of the service has; it keeps a hostile body from exhausting the stack. */
const MAX_DEPTH = 32;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of parsed JSON as a `JsonValue`; what is no JSON, or nested deeper than 32 levels, becomes null. */
export function toJson(value: unknown, depth = 0): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (!isRecord(value)) return null;
  // fromEntries makes own properties even of `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, depth + 1)]));
}
