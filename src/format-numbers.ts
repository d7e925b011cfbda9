/**
 * Numbers, spans and times as people read them. Without `Intl` where that is possible: the first use of it costs a command
 * that is over in a moment half of its time.
 */

/** `12,345` */
export function formatCount(count: number): string {
  return grouped(Math.round(count));
}

/** `98.7` */
export function formatRate(perMinute: number): string {
  return grouped(Math.round(perMinute * 10) / 10);
}

/** With a comma at each thousand. */
function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}

/** `9.1 MB`, in units of a thousand. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${formatCount(bytes)} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1_000 ** power).toFixed(1)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

/** `1 row`, `2 rows`: the plural has an s unless it is given. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `17 s`, `4 min 5 s`, `1 h 28 min`, `2 d 3 h`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return joinUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return joinUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return joinUnits(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${formatCount(large)} ${largeUnit}`;
  return small === 0 ? head : `${head} ${small} ${smallUnit}`;
}

/** `14:03`, or `2026-11-23 14:03` when that is another day than `nowMs`. */
export function formatMoment(atMs: number, nowMs: number, timeZone: string | undefined): string {
  const [day, time] = localTime(atMs, timeZone);
  const minute = time.slice(0, 5);
  return day === localTime(nowMs, timeZone)[0] ? minute : `${day} ${minute}`;
}

/** `14:03:20` */
export function formatSecond(atMs: number, timeZone: string | undefined): string {
  return localTime(atMs, timeZone)[1];
}

/** `2026-11-22 05:30` */
export function formatDayAndMinute(atMs: number, timeZone: string | undefined): string {
  return localTime(atMs, timeZone).join(' ').slice(0, 16);
}

function localTime(atMs: number, timeZone: string | undefined): [day: string, time: string] {
  if (timeZone === undefined) {
    const at = new Date(atMs);
    const day = [String(at.getFullYear()), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
    return [day, [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')];
  }
  // Swedish writes dates as ISO 8601 does.
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(atMs);
  return [text.slice(0, 10), text.slice(11)];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
