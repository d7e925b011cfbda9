/** Rows as CSV, exactly as report.csv has them. */
import { disarmFormula } from '../../formula.js';
import { reportFields } from '../../report-fields.js';
import type { RowStore } from './row-store.js';

/** Texts by which a reader could take the header for another delimiter's, for a byte order mark or for JSON. */
const misleadsDetection = /[;|\t{[\uFEFF]/;
const rowsPerPiece = 2_000;

/** A file of the given rows in their order. */
export function csvFile(store: RowStore, rows: Uint32Array): Blob {
  const pieces: string[] = [headerText(store.own)];
  for (let from = 0; from < rows.length; from += rowsPerPiece) {
    pieces.push(Array.from(rows.subarray(from, from + rowsPerPiece), (row) => recordText(store, row)).join(''));
  }
  return new Blob(pieces, { type: 'text/csv;charset=utf-8' });
}

function headerText(own: readonly string[]): string {
  const names = [...own.map(disarmFormula), ...reportFields.map(({ name }) => name)];
  return `${names.map((name) => (misleadsDetection.test(name) ? quoted(name) : cellText(name))).join(',')}\n`;
}

function recordText(store: RowStore, index: number): string {
  const row = store.row(index);
  const cells = row.cells.map((cell) => cellText(disarmFormula(cell ?? '')));
  for (const field of reportFields) {
    const value = field.value(row);
    cells.push(typeof value === 'number' ? String(value) : cellText(disarmFormula(value ?? '')));
  }
  return `${cells.join(',')}\n`;
}

function cellText(text: string): string {
  return /[",\n]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Hands a file to the person, as the browser does downloads. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
