import { UsageError } from '../errors.js';

export type RowRange = readonly [first: number, last: number];

/**
 * Reads `--rows 10-20,35,100-`: inclusive row numbers, from 1.
 * @throws {UsageError}
 */
export function parseRowSelection(text: string): [number, number][] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d+)\s*(-\s*(\d*)\s*)?$/.exec(part);
    const first = Number(match?.[1] ?? 0);
    const last = match?.[2] === undefined ? first : match[3] === '' ? Number.MAX_SAFE_INTEGER : Number(match[3]);
    if (match === null || first < 1 || last < first) {
      throw new UsageError(`--rows ${JSON.stringify(text)} is no list of row numbers.`, {
        code: 'ROWS',
        fix: 'Write single rows and ranges, counted from 1 below the header: --rows 10-20,35',
      });
    }
    return [first, last];
  });
}

export function isSelected(row: number, selection: readonly RowRange[] | null): boolean {
  return selection === null || selection.some(([first, last]) => row >= first && row <= last);
}

/**
 * A selection that means no row is a mistake, most likely in the manifest: nothing would be done, as if all were well.
 * @param rows how many the manifest has.
 * @throws {UsageError} when a part of the selection begins behind the last row.
 */
export function assertSelected(selection: readonly RowRange[] | null, rows: number): void {
  const beyond = selection?.find(([first]) => first > rows);
  if (beyond === undefined) return;
  const [first, last] = beyond;
  const part = first === last ? `${first}` : `${first}-${last === Number.MAX_SAFE_INTEGER ? '' : last}`;
  throw new UsageError(`--rows names ${part}, and the manifest has ${rows === 1 ? '1 row' : `${rows} rows`}.`, {
    code: 'ROWS',
    fix: 'Nothing was sent. Check that the manifest is the right one; rows are counted from 1 below the header.',
  });
}
