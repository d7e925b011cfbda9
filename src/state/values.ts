/** Takes apart what the driver hands back, which is untyped. */
import { field, isJsonObject, type JsonObject } from '../json.js';
import { type RowState, rowStates } from './status.js';

export function textColumn(row: unknown, name: string): string | null {
  const value = field(row, name);
  return typeof value === 'string' ? value : null;
}

export function numberColumn(row: unknown, name: string): number | null {
  const value = field(row, name);
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : null;
}

/** The column `state` of a row; `unknown` for a word that is none, as after somebody's hand was in it. */
export function stateColumn(row: unknown): RowState {
  return rowStates.find((state) => state === textColumn(row, 'state')) ?? 'unknown';
}

/** What JSON text says; null when the column is empty or holds none, as after somebody's hand was in it. */
export function parsedColumn(row: unknown, name: string): unknown {
  const text = textColumn(row, name);
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** A JSON object that this program stored; empty when the column is. */
export function jsonColumn(row: unknown, name: string): JsonObject {
  const text = textColumn(row, name);
  if (text === null) return {};
  const parsed: unknown = JSON.parse(text);
  return isJsonObject(parsed) ? parsed : {};
}

/** A JSON array of texts and gaps that this program stored. */
export function cellsColumn(row: unknown, name: string): readonly (string | null)[] {
  const parsed: unknown = JSON.parse(textColumn(row, name) ?? '[]');
  if (!Array.isArray(parsed)) return [];
  return parsed.map((cell: unknown) => (typeof cell === 'string' ? cell : null));
}

/** A BLOB; null for anything else. */
export function bytesColumn(row: unknown, name: string): Uint8Array | null {
  if (typeof row !== 'object' || row === null || !(name in row)) return null;
  const value: unknown = Reflect.get(row, name);
  return value instanceof Uint8Array ? value : null;
}

/** A text among values that were read from JSON; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A number among such values. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Where a row stands, for people. */
export interface RowPlace {
  readonly number: number;
  /** In the manifest's file. */
  readonly line: number;
}

/** Of a row with the columns `number` and `line`. */
export function rowPlace(row: unknown): RowPlace {
  return { number: numberColumn(row, 'number') ?? 0, line: numberColumn(row, 'line') ?? 0 };
}
