/** Rows as CSV, exactly as report.csv or plan.csv has them. */
import { disarmFormula } from '../../../manifest/formula.js';
import { factText } from '../../fact-text.js';
import { planFields } from '../../plan/plan-fields.js';
import { reportFields } from '../../report-fields.js';
import type { PageFacts } from '../page-facts.js';
import { planRowAt } from './plan-row-at.js';
import type { RowStore } from './row-store.js';

/** Texts by which a reader could take the header for another delimiter's, for a byte order mark or for JSON. */
const misleadsDetection = /[;|\t{[\uFEFF]/;
const rowsPerPiece = 2_000;

/** A file of the given rows in their order. */
export function csvFile(store: RowStore, rows: Uint32Array, kind: PageFacts['kind']): Blob {
  const fields = kind === 'plan' ? planRecords(store) : reportRecords(store);
  const pieces: string[] = [headerText(store.own, fields.names)];
  for (let from = 0; from < rows.length; from += rowsPerPiece) {
    pieces.push(
      Array.from(rows.subarray(from, from + rowsPerPiece), (row) => recordText(store, row, fields.values(row))).join(
        '',
      ),
    );
  }
  return new Blob(pieces, { type: 'text/csv;charset=utf-8' });
}

interface Records {
  readonly names: readonly string[];
  values(row: number): (string | number | null)[];
}

function reportRecords(store: RowStore): Records {
  return {
    names: reportFields.map(({ name }) => name),
    values: (index) => {
      const row = store.row(index);
      return reportFields.map(({ value }) => value(row));
    },
  };
}

function planRecords(store: RowStore): Records {
  return {
    names: planFields.map(({ name }) => name),
    values: (index) => {
      const row = planRowAt(store, index);
      return planFields.map(({ value }) => value(row));
    },
  };
}

function headerText(own: readonly string[], fields: readonly string[]): string {
  const names = [...own.map(disarmFormula), ...fields];
  return `${names.map((name) => (misleadsDetection.test(name) ? quoted(name) : cellText(name))).join(',')}\n`;
}

function recordText(store: RowStore, index: number, values: readonly (string | number | null)[]): string {
  const cells = store.own.map((_, place) => cellText(disarmFormula(String(store.value(index, place) ?? ''))));
  for (const value of values) {
    cells.push(typeof value === 'number' ? String(value) : cellText(factText(value ?? '')));
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
