/** The rows on the page: table, tools and story, kept in step with each other. */
import { countOf, formatCount } from '../../../format-numbers.js';
import type { Value } from '../columns.js';
import type { PageFacts } from '../page-facts.js';
import type { RowsTold } from '../row-chunks.js';
import { readAddress, writeAddress } from './address.js';
import { part } from './dom.js';
import { csvFile, saveFile } from './export-csv.js';
import { createGrid } from './grid.js';
import { noFilter, type RowSort, selectRows } from './row-selection.js';
import type { RowStore } from './row-store.js';
import { createStory } from './story.js';
import { firstShown, rowHeadColumn, type TableColumn, tableColumns } from './table-columns.js';
import { textWidth } from './text-width.js';
import { createTools } from './tools.js';

export interface RowsView {
  /** Takes note of rows that have come since. */
  refresh(): void;
  /** All rows are here. */
  finish(told: RowsTold): void;
  readonly columns: readonly TableColumn[];
  readonly order: Uint32Array;
}

/** More own columns than this are there to be chosen, but not shown at first. */
const mostOwnShown = 8;

export function createRowsView(store: RowStore, facts: PageFacts): RowsView {
  const head = rowHeadColumn(store);
  const all = tableColumns(store, facts);
  const first = firstShown[facts.kind];
  let shown: ReadonlySet<string> = new Set([
    ...all
      .filter(({ id }) => id.startsWith('own-'))
      .slice(0, mostOwnShown)
      .map(({ id }) => id),
    ...first,
  ]);
  let filter = readAddress(location.hash) ?? noFilter;
  let sort: RowSort | null = null;
  let order: Uint32Array = new Uint32Array();
  let opened = -1;
  let complete = false;
  let drawnColumns = false;

  const note = part('rows-note', HTMLParagraphElement);
  const grid = createGrid({
    onOpen: (position) => open(position),
    onSort: (column) => {
      if (sort?.column !== column) sort = { column, descending: false };
      else sort = sort.descending ? null : { column, descending: true };
      select(false);
    },
  });
  part('table', HTMLDivElement).append(grid.element);
  part('keys', HTMLParagraphElement).hidden = false;
  const story = createStory(
    part('story', HTMLDialogElement),
    (by) => open(opened + by),
    () => grid.focus(),
  );
  const tools = createTools(all, shown, {
    onFilter: (next) => {
      filter = next;
      tools.show(filter);
      writeAddress(filter);
      select(false);
    },
    onColumns: (next) => {
      shown = next;
      setColumns();
      select(true);
    },
    onExport: exportRows,
  });
  addEventListener('hashchange', () => {
    const next = readAddress(location.hash);
    if (next === null) return;
    filter = next;
    tools.show(filter);
    select(false);
    part('rows', HTMLElement).scrollIntoView();
  });

  function visibleColumns(): TableColumn[] {
    return all.filter(({ id }) => shown.has(id));
  }

  function setColumns(): void {
    grid.setColumns(
      head,
      visibleColumns().map((column) => ({ column, width: columnWidth(column, store.count) })),
    );
    drawnColumns = true;
  }

  function select(keep: boolean): void {
    order = selectRows(store, filter, sort, [head, ...all]);
    grid.setRows(order, sort, keep);
    tellCount();
  }

  function tellCount(): void {
    const of =
      order.length === store.count
        ? countOf(order.length, 'row')
        : `${formatCount(order.length)} of ${countOf(store.count, 'row')}`;
    part('rows-count', HTMLParagraphElement).textContent = complete ? of : `${of}, more are coming …`;
  }

  function tell(text: string): void {
    note.textContent = text;
    note.hidden = text === '';
  }

  function open(position: number): void {
    const row = order[position];
    if (row === undefined) return;
    opened = position;
    grid.moveTo(position);
    story.show(store.row(row), {
      kind: facts.kind,
      run: facts.run,
      own: facts.columns,
      state: String(store.value(row, store.place('state')) ?? ''),
      surprises: textOrNull(store.value(row, store.place('surprises'))),
      before: position > 0,
      after: position < order.length - 1,
    });
  }

  function exportRows(): void {
    const cut = order.reduce((sum, row) => sum + Number(store.isCut(row)), 0);
    if (cut > 0) {
      tell(
        `${countOf(cut, 'row')} of these ${cut === 1 ? 'has a text that is' : 'have texts that are'} cut in this page, so nothing was exported. Every row in full: ${wholeCommand(facts)}`,
      );
      return;
    }
    tell('');
    saveFile(csvFile(store, order, facts.kind), `${facts.run}-${facts.kind === 'plan' ? 'plan' : 'rows'}.csv`);
  }

  return {
    get columns() {
      return [head, ...visibleColumns()];
    },
    get order() {
      return order;
    },
    refresh: () => {
      if (!drawnColumns) setColumns();
      select(true);
    },
    finish: (told) => {
      complete = true;
      // Columns in which no row has anything would only take room.
      shown = new Set([...shown].filter((id) => !first.has(id) || hasValues(all, id, store.count)));
      setColumns();
      tools.offer(store);
      tools.show(filter);
      select(true);
      tell(endNote(told, facts));
      if (readAddress(location.hash) !== null) part('rows', HTMLElement).scrollIntoView();
    },
  };
}

function hasValues(columns: readonly TableColumn[], id: string, rows: number): boolean {
  const column = columns.find((candidate) => candidate.id === id);
  if (column === undefined) return false;
  for (let row = 0; row < rows; row++) if (column.value(row) !== null) return true;
  return false;
}

function textOrNull(value: Value): string | null {
  return value === null ? null : String(value);
}

/** What writes every row, whole. */
function wholeCommand({ kind, run }: PageFacts): string {
  return kind === 'plan' ? `taskbatch status ${run} --output plan.csv` : `taskbatch report ${run} --format csv`;
}

function endNote(told: RowsTold, facts: PageFacts): string {
  const { only, rows, run } = facts;
  const failed = facts.kind === 'plan' ? '' : ` Those that failed: taskbatch report ${run} --format html --only failed`;
  const parts = [
    only === null ? '' : `This page holds only the rows that are ${only.join(' or ')}.`,
    told.more
      ? `It holds the first ${formatCount(told.rows)} rows${only === null ? ` of ${formatCount(rows)}` : ''}. Every row: ${wholeCommand(facts)}.${failed}`
      : '',
    told.cutRows > 0
      ? `Very long texts of ${countOf(told.cutRows, 'row')} are cut here; they are whole in ${facts.kind === 'plan' ? wholeCommand(facts) : 'report.csv'}.`
      : '',
  ];
  return parts.filter((sentence) => sentence !== '').join(' ');
}

const sampledTexts = 200;
/** What only few rows have, such as an error, is looked for in so many; to look in all would delay the first table. */
const searchedRows = 5_000;

/** Wide enough for nearly all of what a column holds, as far as a look at its first texts tells. */
function columnWidth(column: TableColumn, rows: number): number {
  const widths: number[] = [];
  for (let row = 0; row < Math.min(rows, searchedRows) && widths.length < sampledTexts; row++) {
    const text = column.text(row);
    if (text !== '') widths.push(textWidth(text));
  }
  widths.sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length * 0.97)] ?? 0;
  const most = column.grows ? 280 : 340;
  return Math.round(Math.min(most, Math.max(56, textWidth(column.label) + 38, usual + 24)));
}
