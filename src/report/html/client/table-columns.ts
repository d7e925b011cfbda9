/** The columns that the table can show, and how each fills a cell. */
import type { Value } from '../columns.js';
import type { RowFieldName } from '../row-fields.js';
import { lookOf } from '../state-looks.js';
import { make } from './dom.js';
import type { RowStore } from './row-store.js';
import { showText } from './show-text.js';
import { momentBeside } from './times.js';

export interface TableColumn {
  readonly id: string;
  readonly label: string;
  /** Takes the room that the others leave. */
  readonly grows: boolean;
  /** Numbers are set to the right. */
  readonly numeric: boolean;
  /** What it is sorted by; null comes last. */
  value(row: number): Value;
  text(row: number): string;
  fill(cell: HTMLElement, row: number): void;
}

/** Characters of a cell that can be seen at all. */
const mostCharacters = 400;

interface FieldColumn {
  readonly field: RowFieldName;
  readonly label: string;
  readonly kind: 'text' | 'number' | 'time' | 'state' | 'link';
}

const fieldColumns: readonly FieldColumn[] = [
  { field: 'state', label: 'State', kind: 'state' },
  { field: 'errorCode', label: 'Code', kind: 'text' },
  { field: 'message', label: 'Message', kind: 'text' },
  { field: 'title', label: 'Title', kind: 'text' },
  { field: 'target', label: 'Target', kind: 'text' },
  { field: 'finishedAtMs', label: 'Ended', kind: 'time' },
  { field: 'url', label: 'Task', kind: 'link' },
  { field: 'line', label: 'Line', kind: 'number' },
  { field: 'provider', label: 'Provider', kind: 'text' },
  { field: 'operation', label: 'Operation', kind: 'text' },
  { field: 'outcome', label: 'Outcome', kind: 'text' },
  { field: 'httpStatus', label: 'HTTP status', kind: 'number' },
  { field: 'errorType', label: 'Error type', kind: 'text' },
  { field: 'suggestedAction', label: 'Suggested action', kind: 'text' },
  { field: 'attempts', label: 'Attempts', kind: 'number' },
  { field: 'requests', label: 'Requests', kind: 'number' },
  { field: 'startedAtMs', label: 'Started', kind: 'time' },
  { field: 'requestId', label: 'Request id', kind: 'text' },
  { field: 'place', label: 'Place', kind: 'text' },
  { field: 'status', label: 'Status as planned', kind: 'text' },
  { field: 'assignees', label: 'Assignees', kind: 'text' },
];

/** Shown at first, as far as any row has something there. */
export const firstShown: ReadonlySet<string> = new Set([
  'state',
  'errorCode',
  'message',
  'finishedAtMs',
  'duration',
  'url',
]);

/** @param startedAtMs of the run; the day is told of times on other days only. */
export function tableColumns(store: RowStore, startedAtMs: number | null): TableColumn[] {
  const own = store.own.map((name, place) => textColumn(`own-${place}`, name, (row) => store.value(row, place)));
  const facts = fieldColumns.map(({ field, label, kind }) => {
    const place = store.place(field);
    const value = (row: number) => store.value(row, place);
    if (kind === 'state') return stateColumn(value);
    if (kind === 'link') return linkColumn(label, value);
    if (kind === 'time') return timeColumn(field, label, value, startedAtMs);
    return kind === 'number' ? numberColumn(field, label, value) : textColumn(field, label, value);
  });
  const after = facts.findIndex(({ id }) => id === 'finishedAtMs') + 1;
  return [...own, ...facts.slice(0, after), durationColumn(store), ...facts.slice(after)];
}

/** The row's number and the sign of its state: what every line begins with. */
export function rowHeadColumn(store: RowStore): TableColumn {
  const [number, state] = [store.place('number'), store.place('state')];
  const value = (row: number) => store.value(row, number);
  return {
    ...numberColumn('row', 'Row', value),
    fill: (cell, row) => {
      const { sign } = lookOf(String(store.value(row, state)));
      cell.className = `cell head-cell ${String(store.value(row, state))}`;
      setPair(cell, sign, String(value(row)));
    },
  };
}

function textColumn(id: string, label: string, value: (row: number) => Value): TableColumn {
  const text = (row: number) => shown(value(row));
  return {
    id,
    label,
    grows: id === 'message',
    numeric: false,
    value,
    text,
    fill: (cell, row) => setText(cell, text(row)),
  };
}

function numberColumn(id: string, label: string, value: (row: number) => Value): TableColumn {
  const text = (row: number) => String(value(row) ?? '');
  return { id, label, grows: false, numeric: true, value, text, fill: (cell, row) => setText(cell, text(row)) };
}

function timeColumn(id: string, label: string, value: (row: number) => Value, startedAtMs: number | null): TableColumn {
  const text = (row: number) => {
    const atMs = value(row);
    return typeof atMs === 'number' ? momentBeside(atMs, startedAtMs) : '';
  };
  return { id, label, grows: false, numeric: false, value, text, fill: (cell, row) => setText(cell, text(row)) };
}

function durationColumn(store: RowStore): TableColumn {
  const [started, finished] = [store.place('startedAtMs'), store.place('finishedAtMs')];
  return numberColumn('duration', 'Took, ms', (row) => {
    const [from, until] = [store.value(row, started), store.value(row, finished)];
    return typeof from === 'number' && typeof until === 'number' ? Math.max(0, until - from) : null;
  });
}

function stateColumn(value: (row: number) => Value): TableColumn {
  const text = (row: number) => lookOf(String(value(row))).word;
  return {
    id: 'state',
    label: 'State',
    grows: false,
    numeric: false,
    value,
    text,
    fill: (cell, row) => {
      cell.className = `cell state ${String(value(row))}`;
      setText(cell, text(row));
    },
  };
}

function linkColumn(label: string, value: (row: number) => Value): TableColumn {
  return {
    id: 'url',
    label,
    grows: false,
    numeric: false,
    value,
    text: (row) => (value(row) === null ? '' : 'open ↗'),
    fill: (cell, row) => {
      const address = webAddress(value(row));
      if (address === null) return setText(cell, shown(value(row)));
      const link = cell.firstElementChild instanceof HTMLAnchorElement ? cell.firstElementChild : taskLink('open ↗');
      link.href = address;
      if (link.parentElement !== cell) cell.replaceChildren(link);
    },
  };
}

export function taskLink(text: string): HTMLAnchorElement {
  return make('a', { text, attributes: { target: '_blank', rel: 'noopener noreferrer', tabindex: '-1' } });
}

/** The address if it leads into the web; what else it may be stays text. */
export function webAddress(value: Value): string | null {
  if (typeof value !== 'string') return null;
  try {
    const { protocol, href } = new URL(value);
    return protocol === 'http:' || protocol === 'https:' ? href : null;
  } catch {
    return null;
  }
}

function shown(value: Value): string {
  if (value === null) return '';
  const text = String(value);
  return showText(text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text);
}

function setText(cell: HTMLElement, text: string): void {
  if (cell.textContent !== text || cell.firstElementChild !== null) cell.textContent = text;
}

function setPair(cell: HTMLElement, sign: string, text: string): void {
  const [first, second] = cell.children;
  if (first === undefined || second === undefined) {
    cell.replaceChildren(
      make('span', { class: 'sign', text: sign, attributes: { 'aria-hidden': 'true' } }),
      make('span', { text }),
    );
    return;
  }
  first.textContent = sign;
  second.textContent = text;
}
