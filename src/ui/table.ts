import Table from 'cli-table3';
import { visibleText } from './visible-text.js';

export interface TableColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Lines of columns two blanks apart, as wide as their widest cell: nothing is cut. The first line holds the titles. */
export function renderTable(columns: readonly TableColumn[], rows: ReadonlyArray<readonly string[]>): string[] {
  const table = new Table({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: columns.map(({ align }) => align),
  });
  table.push(columns.map(({ title }) => title));
  for (const row of rows) table.push(row.map(visibleText));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
