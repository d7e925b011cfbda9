/** JSON in a cell of a spreadsheet. */

/** The value of a text that is a JSON object or array, else the value itself; broken JSON stays text. */
export function parseJsonCell(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A list from `a;b`, a JSON array or a single value; empty parts are dropped. */
export function readListCell(value: unknown): readonly unknown[] {
  const parsed = parseJsonCell(value);
  if (Array.isArray(parsed)) return parsed;
  if (typeof parsed !== 'string') return [parsed];
  return parsed
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
