/** Dates of services in one form: ISO 8601 in UTC with milliseconds. */

/** From Unix milliseconds, as a number or as the text in which ClickUp sends them; null for anything else. */
export function isoFromMs(value: unknown): string | null {
  const ms = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof ms === 'number' ? isoOrNull(ms) : null;
}

/** From ISO 8601, or `YYYY-MM-DD HH:MM:SS` taken as UTC; null for anything else. A date without offset is UTC. */
export function isoFromText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    value.trim(),
  );
  if (match === null) return null;
  const [, day = '', time = '00:00:00', offset = 'Z'] = match;
  return isoOrNull(Date.parse(`${day}T${time}${offset}`));
}

function isoOrNull(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
