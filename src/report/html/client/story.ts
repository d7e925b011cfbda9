/** One row's story in a window of its own: what the manifest asked, what the plan saw, what happened, how it stands. */

import { formatSpan } from '../../../format-numbers.js';
import { field, textField } from '../../../json.js';
import type { ReportRow, RowDetail } from '../../../state/report-reads.js';
import type { PageFacts } from '../page-facts.js';
import { lookOf } from '../state-looks.js';
import { make } from './dom.js';
import { parseChanges } from './parse-changes.js';
import { showLines, showText } from './show-text.js';
import { taskLink, webAddress } from './table-columns.js';
import { momentText, secondText } from './times.js';

export interface StoryPlace {
  readonly kind: PageFacts['kind'];
  /** As the page calls it; of a plan's row, what is foretold. */
  readonly state: string;
  /** Why the row is unlike the rest; null where it is not, and in reports. */
  readonly surprises: string | null;
  readonly run: string;
  readonly own: readonly string[];
  /** Whether there is a row before and behind it in the table. */
  readonly before: boolean;
  readonly after: boolean;
}

export interface StoryWindow {
  show(row: ReportRow, place: StoryPlace): void;
}

/** @param onStep leads to the row before (-1) or behind (1). @param onClose is told when the window is closed. */
export function createStory(dialog: HTMLDialogElement, onStep: (by: -1 | 1) => void, onClose: () => void): StoryWindow {
  let opened: StoryPlace | null = null;
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft' && opened?.before === true) onStep(-1);
    else if (event.key === 'ArrowRight' && opened?.after === true) onStep(1);
  });
  return {
    show: (row, place) => {
      opened = place;
      const bar = make('div', {
        class: 'story-bar',
        children: [
          stepButton('← before', 'Row before', place.before, () => onStep(-1)),
          stepButton('next →', 'Next row', place.after, () => onStep(1)),
          closeButton(dialog),
        ],
      });
      dialog.replaceChildren(bar, storyBody(row, place));
      dialog.scrollTop = 0;
      if (!dialog.open) dialog.showModal();
    },
  };
}

function stepButton(text: string, label: string, enabled: boolean, onClick: () => void): HTMLButtonElement {
  const button = make('button', {
    class: 'quiet',
    text,
    attributes: { type: 'button', 'aria-label': label, title: label },
  });
  button.disabled = !enabled;
  button.addEventListener('click', onClick);
  return button;
}

function closeButton(dialog: HTMLDialogElement): HTMLButtonElement {
  const button = make('button', { class: 'quiet close', text: 'Close', attributes: { type: 'button', autofocus: '' } });
  button.addEventListener('click', () => dialog.close());
  return button;
}

function storyBody(row: ReportRow, { run, own, kind, state, surprises }: StoryPlace): HTMLElement {
  const { word, sign } = lookOf(state);
  const outcome = kind === 'plan' ? null : row.outcome;
  const operation = row.operation === '' ? 'no operation' : `${row.provider}.${row.operation}`;
  return make('div', {
    class: 'story-body',
    children: [
      make('p', { class: 'what', text: `${operation}${row.target === null ? '' : ` ${showText(row.target)}`}` }),
      make('h2', {
        text: `Row ${row.number}`,
        attributes: { id: 'story-title' },
        children: [make('span', { class: 'note', text: ` line ${row.line}` })],
      }),
      make('p', {
        class: `verdict ${state}`,
        children: [
          make('span', { class: 'sign', text: sign, attributes: { 'aria-hidden': 'true' } }),
          make('span', {
            text: ` ${word}${outcome === null ? '' : `, ${outcomeWords[outcome] ?? outcome}`}`,
          }),
        ],
      }),
      ...endParts(kind === 'plan' ? { ...row, errorCode: null } : row),
      surprises === null ? null : section('Unlike the rest', [paragraph(showText(surprises))]),
      section('What the manifest says', [cellList(row, own)]),
      section('What the plan saw', seenParts(row)),
      kind === 'plan' ? null : section('What happened', happenedParts(row)),
      make('p', {
        class: 'note terminal',
        text: 'The same in a terminal: ',
        children: [make('code', { text: `taskbatch explain ${run} ${row.number}` })],
      }),
    ],
  });
}

const outcomeWords: Readonly<Record<string, string>> = {
  done: 'done',
  already: 'it was so already',
  settled: 'found done after doubt',
};

function section(title: string, children: readonly (Node | null)[]): HTMLElement {
  return make('section', { children: [make('h3', { text: title }), ...children] });
}

function paragraph(text: string, name = ''): HTMLElement {
  return make('p', { class: name, text });
}

function endParts(row: ReportRow): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const codes = [row.errorType, row.errorCode].filter((code) => code !== null && code !== 'UNKNOWN').join(' · ');
  if (codes !== '') parts.push(make('p', { children: [make('code', { text: showText(codes) })] }));
  if (row.message !== null) parts.push(paragraph(showLines(row.message), 'message'));
  if (row.suggestedAction !== null) {
    const label = make('span', { class: 'label', text: 'Do' });
    parts.push(make('p', { class: 'action', children: [label, new Text(` ${showText(row.suggestedAction)}`)] }));
  }
  const address = webAddress(row.url);
  if (address !== null) {
    const link = taskLink(address);
    link.href = address;
    link.removeAttribute('tabindex');
    parts.push(make('p', { class: 'address', children: [link] }));
  } else if (row.url !== null) parts.push(paragraph(showText(row.url), 'address'));
  return parts;
}

function cellList(row: ReportRow, own: readonly string[]): HTMLElement {
  const filled = own.flatMap((name, index) => {
    const cell = row.cells[index] ?? '';
    return cell === '' ? [] : [[name, cell] as const];
  });
  if (filled.length === 0) return paragraph('Nothing.');
  return pairs(filled.map(([name, cell]) => [showText(name), showLines(cell)]));
}

function pairs(list: readonly (readonly [label: string, value: string])[]): HTMLElement {
  return make('dl', {
    class: 'facts',
    children: list.map(([label, value]) =>
      make('div', { children: [make('dt', { text: label }), make('dd', { text: value })] }),
    ),
  });
}

function seenParts(row: ReportRow): HTMLElement[] {
  const { detail } = row;
  if (detail === undefined || detail.readAtMs === null) {
    return [
      paragraph(row.startedAtMs === null ? 'The target was not read.' : 'The target was not read before the write.'),
    ];
  }
  const facts: [string, string | null][] = [
    ['Title', row.title],
    ['Status', detail.status],
    ['Place', row.place],
    ['Assignees', detail.assignees],
    ['Last changed', detail.updated === null ? null : momentText(Date.parse(detail.updated)) || detail.updated],
    ['Archived', detail.archived ? 'yes' : null],
    ['Read at', momentText(detail.readAtMs)],
    ['Snapshot', detail.snapshot ? 'the target was kept whole as it was' : null],
  ];
  const told = facts.flatMap(([label, value]) => (value === null ? [] : [[label, showText(value)] as const]));
  return [pairs(told), ...changeParts(detail)];
}

function changeParts({ changes }: RowDetail): HTMLElement[] {
  const list = parseChanges(changes).map(
    ({ field: name, before, after }) => [`change ${name}`, `${shownValue(before)} → ${shownValue(after)}`] as const,
  );
  return list.length === 0 ? [] : [pairs(list)];
}

function shownValue(value: string | null): string {
  return value === null ? 'nothing' : `“${showText(value)}”`;
}

function happenedParts(row: ReportRow): HTMLElement[] {
  const notes = parseList(row.detail?.notes ?? null);
  const items: (readonly [at: string, text: string])[] = [];
  if (row.startedAtMs !== null)
    items.push([secondText(row.startedAtMs), 'The intent was recorded, then the write was sent.']);
  for (const note of notes) items.push(noteItem(note));
  if (row.finishedAtMs !== null) items.push([secondText(row.finishedAtMs), endText(row)]);
  const { steps = null } = row.detail ?? {};
  const parts: HTMLElement[] = [];
  if (row.startedAtMs === null && notes.length === 0) parts.push(paragraph('No write was sent.'));
  if (items.length > 0) {
    const list = items.map(([at, text]) =>
      make('li', { children: [make('span', { class: 'at', text: at }), make('span', { text: showLines(text) })] }),
    );
    parts.push(make('ol', { class: 'events', children: list }));
  }
  if (steps !== null) parts.push(paragraph(`Finished parts: ${steps.split(';').join(', ')}.`));
  return parts;
}

/** A note is `[attempt, atMs, JSON text]`. */
function noteItem(note: unknown): readonly [at: string, text: string] {
  const [attempt, atMs, text]: readonly unknown[] = Array.isArray(note) ? note : [];
  const told = parseJson(typeof text === 'string' ? text : null);
  const said = [textField(told, 'type'), textField(told, 'code')].filter((code) => code !== null).join(' ');
  const effect = field(told, 'effect') === 'none' ? 'Nothing was changed by it.' : 'It may have been applied.';
  const request = textField(told, 'requestId');
  const id = request === null ? '' : ` Request ${request}.`;
  const at = typeof atMs === 'number' ? secondText(atMs) : '';
  return [at, `Attempt ${String(attempt)}: ${said}: ${textField(told, 'message') ?? ''} ${effect}${id}`];
}

function endText(row: ReportRow): string {
  const took =
    row.startedAtMs === null || row.finishedAtMs === null ? null : Math.max(0, row.finishedAtMs - row.startedAtMs);
  const facts = [
    row.attempts === 0 ? null : `${row.attempts} ${row.attempts === 1 ? 'attempt' : 'attempts'}`,
    row.requests === 0 ? null : `${row.requests} ${row.requests === 1 ? 'request' : 'requests'}`,
    took === null ? null : took < 1_000 ? `${took} ms` : formatSpan(took),
    row.httpStatus === null ? null : `HTTP ${row.httpStatus}`,
    row.requestId === null ? null : `request ${row.requestId}`,
  ].filter((fact) => fact !== null);
  const { word } = lookOf(row.state);
  return `It ended: ${word}${facts.length === 0 ? '' : `; ${facts.join(', ')}`}.`;
}

function parseList(text: string | null): readonly unknown[] {
  const parsed = parseJson(text);
  return Array.isArray(parsed) ? parsed : [];
}

/** A text that was cut is no JSON any more; the table still tells the row's end. */
function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
