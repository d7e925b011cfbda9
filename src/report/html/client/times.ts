/** Times in the reader's own zone; the page names it. */

const moment = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium' });
const clockToMinute = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short' });
const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short' });

/** `2026-11-22 05:30:00` */
export function momentText(atMs: number): string {
  return isTime(atMs) ? moment.format(atMs) : '';
}

/** `05:30:00`, with the day in front where that is another one than `referenceMs`'s. */
export function momentBeside(atMs: number, referenceMs: number | null): string {
  return referenceMs !== null && dayText(atMs) === dayText(referenceMs) ? secondText(atMs) : momentText(atMs);
}

/** `05:30:00` */
export function secondText(atMs: number): string {
  return isTime(atMs) ? clock.format(atMs) : '';
}

/** `05:30` */
export function minuteText(atMs: number): string {
  return isTime(atMs) ? clockToMinute.format(atMs) : '';
}

/** `2026-11-22` */
export function dayText(atMs: number): string {
  return isTime(atMs) ? day.format(atMs) : '';
}

function isTime(atMs: number): boolean {
  return Number.isFinite(atMs) && Math.abs(atMs) <= 8.64e15;
}

/** `Europe/Berlin (UTC+1)` */
export function zoneText(): string {
  const { timeZone } = moment.resolvedOptions();
  const offset = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'shortOffset' })
    .formatToParts()
    .find(({ type }) => type === 'timeZoneName')?.value;
  const name = (offset ?? '').replace('GMT', 'UTC');
  return name === '' || timeZone === name ? timeZone : `${timeZone} (${name})`;
}

/** The page tells its times in UTC until here. */
export function localiseTimes(): void {
  for (const element of document.querySelectorAll('time')) {
    const atMs = Date.parse(element.dateTime);
    if (Number.isNaN(atMs)) continue;
    element.title = element.textContent;
    element.textContent = momentText(atMs);
  }
}
