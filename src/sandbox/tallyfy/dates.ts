export const DAY_MS = 86_400_000;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_AND_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}:?\d{2})?$/;

/** Start of a UTC day given as `YYYY-MM-DD`, in ms since the epoch; undefined for a day that does not exist. */
export function parseDay(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

/**
 * Ms since the epoch of a date in either form that Tallyfy's pages use: `YYYY-MM-DD HH:MM:SS` or ISO 8601. Without an
 * offset it is UTC. Undefined for anything else, numbers included: the service refuses epoch integers.
 */
export function parseDate(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const match = DATE_AND_TIME.exec(value);
  if (match === null) return parseDay(value);
  const dayMs = parseDay(match[1] ?? '');
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4])];
  if (dayMs === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fractionMs = Math.trunc(Number(`0.${match[5] ?? '0'}`) * 1000);
  const timeMs = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fractionMs;
  return dayMs + timeMs - readOffsetMs(match[6]);
}

function readOffsetMs(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** ISO 8601 in UTC with milliseconds, as the service answers dates. */
export function formatDate(ms: number): string;
export function formatDate(ms: number | null): string | null;
export function formatDate(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** The service moves deadlines to the organization's working days; here a weekend becomes Monday, same time (UTC). */
export function moveToWorkingDay(ms: number): number {
  const day = new Date(ms).getUTCDay();
  if (day === 6) return ms + 2 * DAY_MS;
  return day === 0 ? ms + DAY_MS : ms;
}
