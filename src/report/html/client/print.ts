/** On paper there is no scrolling: rows are put under each other, as many as make sense there. */
import { formatCount } from '../../../ui/format-numbers.js';
import { make } from './dom.js';
import type { TableColumn } from './table-columns.js';

const mostPrinted = 1_000;

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
  const printed = columns.filter(({ id }) => id !== 'url');
  const head = make('tr', { children: printed.map(({ label }) => make('th', { text: label })) });
  const body = Array.from(rows.subarray(0, mostPrinted), (row) =>
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
