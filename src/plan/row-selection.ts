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
