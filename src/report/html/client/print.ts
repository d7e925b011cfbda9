/** On paper there is no scrolling: rows are put under each other, as many as make sense there. */
import { formatCount } from '../../../format-numbers.js';
import { make } from './dom.js';
import type { TableColumn } from './table-columns.js';

const mostPrinted = 1_000;
/** Of a cell, for the share of the paper's width that its column gets. */
const [leastCharacters, mostCharacters] = [6, 36];

export interface Printed {
  readonly columns: readonly TableColumn[];
  readonly rows: Uint32Array;
}

/** @param onPaper is told before (true) and after (false) the page goes to paper, which is light. */
export function startPrint(host: HTMLElement, read: () => Printed, onPaper: (printing: boolean) => void): void {
  const root = document.documentElement;
  let theme: string | undefined;
  let table: HTMLElement | null = null;
  addEventListener('beforeprint', () => {
    theme = root.dataset.theme;
    root.dataset.theme = 'light';
    onPaper(true);
    table?.remove();
    table = printedTable(read());
    host.append(table);
  });
  addEventListener('afterprint', () => {
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
    table?.remove();
    table = null;
    onPaper(false);
  });
}

function printedTable({ columns, rows }: Printed): HTMLElement {
  const shown = rows.subarray(0, mostPrinted);
  // Paper is narrow: a column in which none of these rows has anything would only make the others break their lines.
  const printed = columns.filter((column) => column.id !== 'url' && shown.some((row) => column.text(row) !== ''));
  const head = make('tr', { children: printed.map((column) => headCell(column, shown)) });
  const body = Array.from(shown, (row) =>
    make('tr', { children: printed.map((column) => make('td', { text: column.text(row) })) }),
  );
  const more = rows.length - mostPrinted;
  return make('div', {
    class: 'printed',
    children: [
      make('table', { children: [make('thead', { children: [head] }), make('tbody', { children: body })] }),
      more > 0 ? make('p', { text: `${formatCount(more)} more rows are not printed; they are in report.csv.` }) : null,
    ],
  });
}

/** Columns share the paper by what their cells need. */
function headCell({ label, text }: TableColumn, rows: Uint32Array): HTMLElement {
  const longest = rows.reduce((most, row) => Math.max(most, text(row).length), 0);
  const cell = make('th', { text: label });
  // Within a table of fixed layout these are shares, whatever they add up to.
  cell.style.width = `${Math.min(mostCharacters, Math.max(leastCharacters, longest, label.length))}em`;
  return cell;
}
