import { isReservedColumn, normaliseColumnName } from './column-names.js';
import { shortenText } from './manifest-row.js';
import { refusal } from './refusal.js';

/** Where a header stands and what it may hold. */
export interface HeaderContext {
  readonly name: string;
  readonly line: number;
  readonly maxColumns: number;
}

/**
 * Refuses a header whose columns cannot be told apart; the report's own columns, which are ignored, may repeat.
 *
 * @throws ManifestError when a name is empty, two mean the same, or there are too many; it names all positions.
 */
export function checkHeader(header: readonly string[], { name, line, maxColumns }: HeaderContext): void {
  if (header.length > maxColumns) {
    const message = `The header has ${header.length} columns; at most ${maxColumns} are read.`;
    throw refusal(
      { name, line },
      { message, fix: 'Remove the columns that are not needed.', code: 'TOO_MANY_COLUMNS' },
    );
  }
  const positions = new Map<string, number[]>();
  header.forEach((column, index) => {
    if (isReservedColumn(column)) return;
    const key = normaliseColumnName(column);
    const same = positions.get(key);
    if (same === undefined) positions.set(key, [index + 1]);
    else same.push(index + 1);
  });
  refuseEmptyNames(positions.get('') ?? [], name, line);
  refuseDuplicates(
    [...positions.values()].filter((same) => same.length > 1),
    header,
    name,
    line,
  );
}

function refuseEmptyNames(positions: readonly number[], name: string, line: number): void {
  const [first] = positions;
  if (first === undefined) return;
  const message =
    positions.length === 1 ? `Column ${first} has no name.` : `Columns ${listNumbers(positions)} have no name.`;
  const fix = 'Give each column a name, or delete the empty columns at the right edge of the sheet.';
  throw refusal({ name, line, column: first }, { message, fix, code: 'EMPTY_COLUMN_NAME' });
}

function refuseDuplicates(
  duplicates: readonly (readonly number[])[],
  header: readonly string[],
  name: string,
  line: number,
): void {
  const [, second] = duplicates[0] ?? [];
  if (second === undefined) return;
  const told = duplicates.slice(0, 10).map((same) => {
    const names = [...new Set(same.map((position) => JSON.stringify(shortenText(header[position - 1] ?? ''))))].slice(
      0,
      5,
    );
    return `columns ${listNumbers(same)} (${names.join(', ')})`;
  });
  const message = `These columns have the same name: ${told.join('; ')}. Case, spaces, "_" and "-" make no difference.`;
  const fix = 'Rename or remove all but one of them.';
  throw refusal({ name, line, column: second }, { message, fix, code: 'DUPLICATE_COLUMN' });
}

/** `1, 2 and 5`, shortened after ten. */
function listNumbers(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 10).map(String);
  if (numbers.length > shown.length) return `${shown.join(', ')} and ${numbers.length - shown.length} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
