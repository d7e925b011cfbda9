/** The columns that the table can show, and how each fills a cell. */
import type { Value } from '../columns.js';
import type { PageFacts } from '../page-facts.js';
import type { RowFieldName } from '../row-fields.js';
import { lookOf } from '../state-looks.js';
import { make } from './dom.js';
import { parseChanges } from './parse-changes.js';
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
  readonly kind: 'text' | 'number' | 'time' | 'state' | 'link' | 'changes';
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

const planColumns: readonly FieldColumn[] = [
  { field: 'state', label: 'Foretold', kind: 'state' },
  { field: 'title', label: 'Title', kind: 'text' },
  { field: 'changes', label: 'Changes', kind: 'changes' },
  { field: 'message', label: 'Why', kind: 'text' },
  { field: 'surprises', label: 'Unlike the rest', kind: 'text' },
  { field: 'url', label: 'Task', kind: 'link' },
  { field: 'target', label: 'Target', kind: 'text' },
  { field: 'line', label: 'Line', kind: 'number' },
  { field: 'provider', label: 'Provider', kind: 'text' },
  { field: 'operation', label: 'Operation', kind: 'text' },
  { field: 'place', label: 'Place', kind: 'text' },
  { field: 'status', label: 'Status', kind: 'text' },
  { field: 'assignees', label: 'Assignees', kind: 'text' },
  { field: 'created', label: 'Created', kind: 'text' },
  { field: 'updated', label: 'Last changed', kind: 'text' },
];

/** Shown at first, as far as any row has something there. */
export const firstShown: Readonly<Record<PageFacts['kind'], ReadonlySet<string>>> = {
  report: new Set(['state', 'errorCode', 'message', 'finishedAtMs', 'duration', 'url']),
  plan: new Set(['state', 'title', 'changes', 'message', 'surprises', 'url']),
};

/** @param facts times on the day on which the run began are told without the day. */
export function tableColumns(
  store: RowStore,
  { kind: page, startedAtMs }: Pick<PageFacts, 'kind' | 'startedAtMs'>,
): TableColumn[] {
  const own = store.own.map((name, place) => textColumn(`own-${place}`, name, (row) => store.value(row, place)));
  const facts = (page === 'plan' ? planColumns : fieldColumns).map(({ field, label, kind }) => {
    const place = store.place(field);
    const value = (row: number) => store.value(row, place);
    if (kind === 'state') return stateColumn(label, value);
    if (kind === 'changes') return textColumn(field, label, (row) => changesText(value(row)));
    if (kind === 'link') return linkColumn(label, value);
    if (kind === 'time') return timeColumn(field, label, value, startedAtMs);
    return kind === 'number' ? numberColumn(field, label, value) : textColumn(field, label, value);
  });
  if (page === 'plan') return [...own, ...facts];
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
    grows: id === 'message' || id === 'surprises',
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

/** `status: to do → done; due: nothing → 2026-12-24` */
function changesText(value: Value): Value {
  const list = parseChanges(value);
  if (list.length === 0) return null;
  return list.map(({ field, before, after }) => `${field}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`).join('; ');
}

function stateColumn(label: string, value: (row: number) => Value): TableColumn {
  const text = (row: number) => lookOf(String(value(row))).word;
  return {
    id: 'state',
    label,
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
