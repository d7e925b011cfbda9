/**
 * The columns that every manifest may have, whatever its operations: `key` names a row, `after` lets it wait for others,
 * `unchanged_since` keeps it from a target that was changed meanwhile.
 */
import { normaliseColumnName } from '../manifest/column-names.js';
import { restoreFormula } from '../manifest/formula.js';
import { isKey, longestKey } from '../manifest/reference-text.js';
import { unchangedSinceColumn } from '../run/later-change.js';
import { type controlColumns, findHeader } from './column-map.js';
import { isReport } from './known-file.js';
import { parseUnchangedSince } from './unchanged-since.js';

type Cells = readonly (string | null | undefined)[];

/** A column of the manifest. */
interface Place {
  readonly index: number;
  readonly name: string;
}

export interface ControlColumns {
  readonly key: Place | null;
  readonly after: Place | null;
  readonly unchangedSince: Place | null;
  readonly ofReport: boolean;
}

/** What is wrong with a control cell. */
export interface ControlFault {
  readonly column: string;
  readonly value: string;
  readonly reason: string;
  readonly fix: string;
  readonly code: string;
}

/** Keys in one `after` cell. */
const mostKeys = 1_000;

/**
 * Finds them; null when the manifest has none.
 * @param given the job's or flags' `columns`, which may map these too.
 * @param growing whether later rows may bring more columns (JSONL), so that a mapped one may still be missing.
 * @throws {ManifestError} when `given` names a header that is not there.
 */
export function findControlColumns(
  headers: readonly string[],
  given: Readonly<Record<string, string>>,
  growing: boolean,
): ControlColumns | null {
  const normalised = headers.map(normaliseColumnName);
  const find = (column: (typeof controlColumns)[number]): Place | null => {
    const plain = normaliseColumnName(column);
    const mapped = Object.entries(given).find(([name]) => normaliseColumnName(name) === plain)?.[1];
    if (mapped === undefined) return placeAt(headers, normalised.indexOf(plain));
    if (growing && !normalised.includes(normaliseColumnName(mapped))) return null;
    return placeAt(headers, findHeader(mapped, headers, normalised, column));
  };
  const [key, after, unchangedSince] = [find('key'), find('after'), find(unchangedSinceColumn)];
  if (key === null && after === null && unchangedSince === null) return null;
  return { key, after, unchangedSince, ofReport: isReport(headers) };
}

function placeAt(headers: readonly string[], index: number): Place | null {
  const name = headers[index];
  return name === undefined ? null : { index, name };
}

/** The key of a row; null when it has none. */
export function readKey(columns: ControlColumns, cells: Cells): { key: string | null } | { fault: ControlFault } {
  const written = cellOf(columns.key, columns, cells);
  if (columns.key === null || written === '') return { key: null };
  if (isKey(written)) return { key: written };
  const reason =
    written.length > longestKey
      ? `is longer than ${longestKey} characters`
      : 'is no key: it holds other characters than letters, digits, . _ and -';
  const fix = `Use 1 to ${longestKey} letters, digits, . _ or -; if the column is not meant to name rows, call it otherwise.`;
  return { fault: { column: columns.key.name, value: written, reason, fix, code: 'INVALID_KEY' } };
}

/** The keys of the rows that a row waits for, each once. */
export function readAfter(columns: ControlColumns, cells: Cells): { keys: string[] } | { fault: ControlFault } {
  const written = cellOf(columns.after, columns, cells);
  if (columns.after === null || written === '') return { keys: [] };
  const { name } = columns.after;
  const refuse = (value: string, reason: string): { fault: ControlFault } => {
    const fix = 'Write the keys with ; between them, or a JSON array of them.';
    return { fault: { column: name, value, reason, fix, code: 'INVALID_AFTER' } };
  };
  const keys = readList(written);
  if (keys === null) return refuse(written, 'is no list of keys');
  const wrong = keys.find((key) => !isKey(key));
  if (wrong !== undefined) return refuse(wrong, 'is no key');
  const distinct = [...new Set(keys)];
  return distinct.length > mostKeys ? refuse(written, `names more than ${mostKeys} rows`) : { keys: distinct };
}

/** The time after which the row's target may not have been changed, in ms; null where the row does not say. */
export function readUnchangedSince(
  columns: ControlColumns,
  cells: Cells,
): { ms: number | null } | { fault: ControlFault } {
  return parseUnchangedSince(columns.unchangedSince?.name ?? '', cellOf(columns.unchangedSince, columns, cells));
}

function cellOf(place: Place | null, { ofReport }: ControlColumns, cells: Cells): string {
  const cell = place === null ? '' : (cells[place.index] ?? '');
  return (ofReport ? restoreFormula(cell) : cell).trim();
}

function readList(text: string): string[] | null {
  if (!text.startsWith('[')) {
    return text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return null;
    const keys = parsed.map((part: unknown) => (Number.isSafeInteger(part) ? String(part) : part));
    return keys.every((key) => typeof key === 'string') ? keys.map((key) => key.trim()) : null;
  } catch {
    return null;
  }
}
