/**
 * A table of any number of lines. What is seen is a pane that stays in place while the box around it scrolls, and is
 * filled anew as it does: however fast it scrolls, there is never an empty frame.
 */
import { make } from './dom.js';
import type { RowSort } from './row-selection.js';
import type { TableColumn } from './table-columns.js';

export interface GridOptions {
  /** Opens the row at that place of the order. */
  readonly onOpen: (position: number) => void;
  readonly onSort: (column: string) => void;
}

export interface Grid {
  readonly element: HTMLElement;
  setColumns(head: TableColumn, columns: readonly { readonly column: TableColumn; readonly width: number }[]): void;
  /** @param keep whether the place that was scrolled to stays. */
  setRows(order: Uint32Array, sort: RowSort | null, keep: boolean): void;
  /** Brings a line into view and marks it. */
  moveTo(position: number): void;
  focus(): void;
}

interface Line {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  position: number;
}

/** Browsers can't scroll further than some 17 million pixels; 200,000 lines take a third of that. */
const lineHeight = 30;
const headHeight = 32;
const headWidth = 84;
/** Lines that the table is high at most, and never lower than. */
const mostLines = 24;
const leastLines = 4;

export function createGrid({ onOpen, onSort }: GridOptions): Grid {
  const headRow = make('div', { class: 'line head-line', attributes: { role: 'row', 'aria-rowindex': '1' } });
  const head = make('div', { attributes: { role: 'rowgroup' }, children: [headRow] });
  const body = make('div', { class: 'body', attributes: { role: 'rowgroup' } });
  const pane = make('div', { class: 'pane', attributes: { role: 'presentation' }, children: [head, body] });
  const space = make('div', { class: 'space', attributes: { role: 'presentation' }, children: [pane] });
  const element = make('div', {
    class: 'grid',
    attributes: { role: 'grid', tabindex: '0', 'aria-labelledby': 'rows-title', 'aria-describedby': 'keys' },
    children: [space],
  });
  let columns: readonly { readonly column: TableColumn; readonly width: number }[] = [];
  let order: Uint32Array = new Uint32Array();
  let active = -1;
  let lines: Line[] = [];

  const visibleLines = () => Math.max(1, Math.floor((element.clientHeight - headHeight) / lineHeight));

  const makeLine = (): Line => {
    const cells = columns.map(({ column, width }, index) => {
      const cell = make('div', {
        class: `cell${column.numeric ? ' numeric' : ''}`,
        attributes: { role: index === 0 ? 'rowheader' : 'gridcell', 'aria-colindex': String(index + 1) },
      });
      setWidth(cell, column, width);
      return cell;
    });
    const line = make('div', { class: 'line', attributes: { role: 'row' }, children: cells });
    return { element: line, cells, position: -1 };
  };

  const draw = (): void => {
    pane.style.height = `${element.clientHeight}px`;
    const wanted = Math.min(order.length, Math.ceil(element.clientHeight / lineHeight) + 1);
    while (lines.length < wanted) {
      const line = makeLine();
      lines.push(line);
      body.append(line.element);
    }
    const first = Math.max(0, Math.min(Math.floor(element.scrollTop / lineHeight), order.length - wanted));
    // Lines go round: one that left at the top comes again at the bottom, and the others keep what they show.
    for (let position = first; position < first + lines.length; position++) {
      const line = lines[position % lines.length];
      if (line === undefined) continue;
      const row = order[position];
      line.element.hidden = row === undefined;
      if (row === undefined) continue;
      line.element.style.transform = `translateY(${position * lineHeight - element.scrollTop}px)`;
      line.element.classList.toggle('active', position === active);
      line.element.setAttribute('aria-selected', String(position === active));
      if (line.position === position) continue;
      line.position = position;
      line.element.id = `line-${position}`;
      line.element.setAttribute('aria-rowindex', String(position + 2));
      line.cells.forEach((cell, index) => {
        columns[index]?.column.fill(cell, row);
      });
    }
    if (active < 0) element.removeAttribute('aria-activedescendant');
    else element.setAttribute('aria-activedescendant', `line-${active}`);
  };

  const resize = (): void => {
    const height = Math.max(leastLines, Math.min(mostLines, order.length)) * lineHeight + headHeight;
    element.style.height = `min(${height + 2}px, max(78vh, 240px))`;
    space.style.height = `${order.length * lineHeight + headHeight}px`;
    space.style.width = `max(100%, ${columns.reduce((sum, { width }) => sum + width, 0)}px)`;
  };

  const moveTo = (position: number): void => {
    if (order.length === 0) return;
    active = Math.max(0, Math.min(order.length - 1, position));
    const top = active * lineHeight;
    const height = element.clientHeight - headHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + lineHeight > element.scrollTop + height) element.scrollTop = top + lineHeight - height;
    draw();
  };

  element.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(draw).observe(element);
  element.addEventListener('focus', () => {
    if (active < 0 && element.matches(':focus-visible')) moveTo(Math.ceil(element.scrollTop / lineHeight));
  });
  element.addEventListener('keydown', (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = keyTarget(event.key, active, order.length, visibleLines());
    if (target !== null) moveTo(target);
    else if ((event.key === 'Enter' || event.key === ' ') && active >= 0) onOpen(active);
    else return;
    event.preventDefault();
  });
  body.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('a') !== null) return;
    // Who marks a text to copy it does not want the row opened.
    if (document.getSelection()?.isCollapsed === false) return;
    const line = lines.find(({ element: candidate }) =>
      candidate.contains(event.target instanceof Node ? event.target : null),
    );
    if (line === undefined) return;
    moveTo(line.position);
    onOpen(line.position);
  });

  return {
    element,
    setColumns: (headColumn, shown) => {
      columns = [{ column: headColumn, width: headWidth }, ...shown];
      lines = [];
      body.replaceChildren();
      headRow.replaceChildren(...columns.map(({ column, width }, index) => headCell(column, width, index, onSort)));
      element.setAttribute('aria-colcount', String(columns.length));
      resize();
      draw();
    },
    setRows: (next, sort, keep) => {
      order = next;
      if (!keep) {
        active = -1;
        element.scrollTop = 0;
      }
      for (const line of lines) line.position = -1;
      element.setAttribute('aria-rowcount', String(order.length + 1));
      for (const [index, cell] of [...headRow.children].entries()) {
        const sorted = columns[index]?.column.id === sort?.column;
        const direction = sort?.descending === true ? 'descending' : 'ascending';
        cell.setAttribute('aria-sort', sorted ? direction : 'none');
      }
      resize();
      draw();
    },
    moveTo,
    focus: () => element.focus(),
  };
}

function headCell(column: TableColumn, width: number, index: number, onSort: (column: string) => void): HTMLElement {
  const button = make('button', {
    text: column.label,
    attributes: { type: 'button', title: `Sort by ${column.label}` },
  });
  button.addEventListener('click', () => onSort(column.id));
  const cell = make('div', {
    class: `cell${column.numeric ? ' numeric' : ''}${index === 0 ? ' head-cell' : ''}`,
    attributes: { role: 'columnheader', 'aria-colindex': String(index + 1) },
    children: [button],
  });
  setWidth(cell, column, width);
  return cell;
}

function setWidth(cell: HTMLElement, { grows }: TableColumn, width: number): void {
  cell.style.flex = `${grows ? 1 : 0} 0 ${width}px`;
}

/** Where a key leads; null for other keys. */
function keyTarget(key: string, from: number, count: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return from + 1;
    case 'ArrowUp':
      return from - 1;
    case 'PageDown':
      return from + page;
    case 'PageUp':
      return from - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
