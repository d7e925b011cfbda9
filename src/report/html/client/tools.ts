/** The tools above the table: what to find, which states and codes, which columns. */
import { formatCount } from '../../../format-numbers.js';
import type { Value } from '../columns.js';
import { foretoldLooks, type StateLook, stateLooks } from '../state-looks.js';
import { debounced, make, part } from './dom.js';
import { codesOf, noFilter, type RowFilter } from './row-selection.js';
import type { RowStore } from './row-store.js';
import type { TableColumn } from './table-columns.js';

export interface ToolEvents {
  readonly onFilter: (filter: RowFilter) => void;
  readonly onColumns: (shown: ReadonlySet<string>) => void;
  readonly onExport: () => void;
}

export interface Tools {
  /** Offers what the rows that are here have: their states and codes. */
  offer(store: RowStore): void;
  /** Shows a filter as set, wherever it came from. */
  show(filter: RowFilter): void;
}

const typingPauseMs = 140;

/** Of both kinds of pages; those that no row has are not offered. */
const looks: ReadonlyMap<string, StateLook<string>> = new Map(
  [...foretoldLooks, ...stateLooks].map((look) => [look.state, look]),
);

export function createTools(columns: readonly TableColumn[], shown: ReadonlySet<string>, events: ToolEvents): Tools {
  const form = part('tools', HTMLFormElement);
  const find = part('find', HTMLInputElement);
  const code = part('code', HTMLSelectElement);
  const states = part('states', HTMLFieldSetElement);
  const buttons = new Map<string, HTMLButtonElement>();
  let filter = noFilter;
  const change = (next: Partial<RowFilter>): void => {
    filter = { ...filter, ...next };
    events.onFilter(filter);
  };
  const typed = debounced(typingPauseMs, () => change({ text: find.value.trim() }));
  form.addEventListener('submit', (event) => event.preventDefault());
  find.addEventListener('input', typed);
  code.addEventListener('change', () => change({ code: code.value }));
  part('clear', HTMLButtonElement).addEventListener('click', () => change(noFilter));
  part('export', HTMLButtonElement).addEventListener('click', events.onExport);
  offerColumns(columns, shown, events.onColumns);
  form.hidden = false;
  const toggle = (state: string): void => {
    const on = filter.states.includes(state);
    change({ states: on ? filter.states.filter((other) => other !== state) : [...filter.states, state] });
  };
  return {
    offer: (store) => {
      const counts = countValues(store, store.place('state'), (value) => [String(value ?? '')]);
      for (const { state, word, sign } of looks.values()) {
        const rows = counts.get(state) ?? 0;
        let button = buttons.get(state);
        if (button === undefined && rows > 0) {
          button = stateButton(state, word, sign);
          button.addEventListener('click', () => toggle(state));
          buttons.set(state, button);
        }
        const count = button?.querySelector('.amount');
        if (count != null) count.textContent = formatCount(rows);
      }
      const legend = states.firstElementChild;
      states.replaceChildren(
        ...(legend === null ? [] : [legend]),
        ...[...looks.keys()].flatMap((state) => buttons.get(state) ?? []),
      );
      offerCodes(code, countValues(store, store.place('errorCode'), codesOf), filter.code);
      showFilter();
    },
    show: (next) => {
      filter = next;
      showFilter();
    },
  };

  function showFilter(): void {
    if (find.value.trim() !== filter.text) find.value = filter.text;
    if ([...code.options].every(({ value }) => value !== filter.code))
      code.append(new Option(filter.code, filter.code));
    code.value = filter.code;
    for (const [state, button] of buttons) button.setAttribute('aria-pressed', String(filter.states.includes(state)));
  }
}

function stateButton(state: string, word: string, sign: string): HTMLButtonElement {
  return make('button', {
    class: `chip ${state}`,
    attributes: { type: 'button', 'aria-pressed': 'false' },
    children: [
      make('span', { class: 'sign', text: sign, attributes: { 'aria-hidden': 'true' } }),
      make('span', { text: word }),
      make('span', { class: 'amount' }),
    ],
  });
}

function offerCodes(select: HTMLSelectElement, counts: ReadonlyMap<string, number>, chosen: string): void {
  const codes = [...counts].sort(([, a], [, b]) => b - a);
  select.replaceChildren(
    new Option('any', ''),
    ...codes.map(([code, rows]) => new Option(`${code} (${formatCount(rows)})`, code)),
  );
  select.disabled = codes.length === 0;
  select.value = chosen;
}

function offerColumns(
  columns: readonly TableColumn[],
  shown: ReadonlySet<string>,
  onColumns: (shown: ReadonlySet<string>) => void,
): void {
  const host = part('choices', HTMLDivElement);
  const boxes = columns.map(({ id, label }) => {
    const box = make('input', { attributes: { type: 'checkbox' } });
    box.checked = shown.has(id);
    box.addEventListener('change', () => {
      const chosen = [...boxes.filter(({ input }) => input.checked).map((other) => other.id)];
      onColumns(new Set(chosen));
    });
    return { id, input: box, label: make('label', { children: [box, new Text(` ${label}`)] }) };
  });
  host.replaceChildren(...boxes.map(({ label }) => label));
  const details = part('columns', HTMLDetailsElement);
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary')?.focus();
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
  });
}

/** How often each name in a column occurs. */
function countValues(
  store: RowStore,
  place: number,
  namesOf: (value: Value) => readonly string[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < store.count; row++) {
    for (const name of namesOf(store.value(row, place))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
