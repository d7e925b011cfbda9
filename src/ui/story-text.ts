/** One row's story as a person reads it: what the manifest asked, what the plan saw, what happened, how it stands. */

import { countOf, formatDayAndMinute, formatSecond, formatSpan } from '../format-numbers.js';
import type { Change } from '../providers/operation.js';
import type { RunRecord } from '../state/run-record.js';
import type { AttemptNote, RowStory } from '../state/story-reads.js';
import { createPage, type Page } from './page.js';
import type { TextStyle, Tone } from './text-style.js';

/** What there is to say of a row beside what its own run holds. */
export interface Sequel {
  /** Later runs that took it back. */
  readonly takenBackBy: readonly string[];
  /** The same in a sentence; null where none did. */
  readonly takers: string | null;
  /** Commands to type next; empty where there is nothing to do. */
  readonly next: readonly string[];
}

export function renderStory(story: RowStory, record: RunRecord, style: TextStyle, { takers, next }: Sequel): string {
  const { row } = story;
  const page = createPage(style);
  const operation = row.operation === '' ? 'no operation' : `${row.provider}.${row.operation}`;
  page.paragraph(`Row ${row.number} of run ${record.id}: ${operation}${row.target === null ? '' : ` ${row.target}`}`, {
    tone: 'bold',
  });
  page.labelled('From', `${record.manifest.name === '-' ? 'stdin' : record.manifest.name}:${row.line}`);
  addCells(page, story, record);
  addReading(page, story, style);
  addAttempts(page, story, style);
  addEnd(page, story, style);
  if (takers !== null) {
    page.gap();
    page.paragraph(takers, { tone: 'bold' });
  }
  page.next(next);
  return page.text();
}

function addCells(page: Page, { row }: RowStory, record: RunRecord): void {
  page.gap();
  page.paragraph('What the manifest says', { tone: 'bold' });
  record.columns.forEach((column, index) => {
    const cell = row.cells[index];
    if (cell === undefined || cell === null || cell === '') return;
    page.paragraph(`${column}: ${cell}`, { indent: 2 });
  });
}

function addReading(page: Page, story: RowStory, style: TextStyle): void {
  page.gap();
  page.paragraph('What the plan saw', { tone: 'bold' });
  addSeen(page, story, style);
  for (const surprise of story.surprises) page.paragraph(`unlike the rest: ${surprise}`, { indent: 2 });
  if (story.prediction !== null) page.paragraph(`foretold: ${story.prediction}`, { indent: 2 });
}

function addSeen(page: Page, { reading, row }: RowStory, style: TextStyle): void {
  if (reading === null) {
    page.paragraph(
      row.startedAtMs === null ? 'The target was not read.' : 'The target was not read before the write.',
      {
        indent: 2,
      },
    );
    return;
  }
  const { view } = reading;
  const facts = [
    view.status === null ? null : `status ${view.status}`,
    view.archived ? 'archived' : null,
    view.place === null ? null : `in ${view.place}`,
    view.assignees.length === 0 ? null : `assigned to ${view.assignees.join(', ')}`,
    view.updated === null ? null : `last changed ${view.updated}`,
  ].filter((fact) => fact !== null);
  page.paragraph(`${formatDayAndMinute(reading.atMs, style.timeZone)}  "${view.title}"`, { indent: 2 });
  if (facts.length > 0) page.paragraph(facts.join(', '), { indent: 2 });
  for (const change of reading.changes) page.paragraph(changeText(change), { indent: 2 });
  if (reading.snapshot) page.paragraph('The target was kept whole as it was (snapshot).', { indent: 2 });
}

function changeText({ field, before, after }: Change): string {
  return `to change ${field}: ${shown(before)} -> ${shown(after)}`;
}

function shown(value: string | null): string {
  return value === null ? 'nothing' : JSON.stringify(value);
}

function addAttempts(page: Page, { attempts, reread, row, steps }: RowStory, style: TextStyle): void {
  page.gap();
  page.paragraph('What happened', { tone: 'bold' });
  if (row.startedAtMs === null && attempts.length === 0) {
    page.paragraph('No write was sent.', { indent: 2 });
    return;
  }
  if (reread !== null) {
    page.paragraph(`${formatSecond(reread.atMs, style.timeZone)}  read again, and it had changed since the plan`, {
      indent: 2,
    });
    for (const change of reread.changes) page.paragraph(changeText(change), { indent: 4 });
  }
  if (row.startedAtMs !== null) {
    page.paragraph(
      `${formatSecond(row.startedAtMs, style.timeZone)}  the intent was recorded, then the write was sent`,
      {
        indent: 2,
      },
    );
  }
  for (const attempt of attempts) page.paragraph(attemptText(attempt, style), { indent: 2 });
  if (steps.length > 0) page.paragraph(`finished parts: ${steps.join(', ')}`, { indent: 2 });
}

function attemptText(attempt: AttemptNote, style: TextStyle): string {
  const effect = attempt.effect === 'none' ? 'Nothing was changed by it.' : 'It may have been applied.';
  const ids = attempt.requestId === null ? '' : ` Request ${attempt.requestId}.`;
  return `${formatSecond(attempt.atMs, style.timeZone)}  attempt ${attempt.attempt}: ${attempt.errorType} ${attempt.errorCode}: ${attempt.message} ${effect}${ids}`;
}

const tones: Readonly<Partial<Record<RowStory['row']['state'], Tone>>> = {
  succeeded: 'good',
  failed: 'bad',
  blocked: 'bad',
  unknown: 'bad',
  invalid: 'bad',
};

const outcomeWords: Readonly<Record<string, string>> = {
  done: 'done',
  already: 'it was so already',
  settled: 'found done after doubt',
};

function addEnd(page: Page, { row }: RowStory, style: TextStyle): void {
  page.gap();
  const outcome = row.outcome === null ? '' : `, ${outcomeWords[row.outcome] ?? row.outcome}`;
  const tone = tones[row.state];
  page.paragraph(`${row.state}${outcome}`, tone === undefined ? {} : { tone });
  if (row.message !== null) {
    const code = row.errorType === null ? '' : `${row.errorType} ${row.errorCode ?? ''}: `;
    page.paragraph(`${code}${row.message}`, { indent: 2 });
  }
  if (row.suggestedAction !== null) page.paragraph(row.suggestedAction, { indent: 2 });
  const facts = [
    row.finishedAtMs === null ? null : `at ${formatSecond(row.finishedAtMs, style.timeZone)}`,
    row.attempts === 0 ? null : `after ${countOf(row.attempts, 'attempt')}`,
    row.requests === 0 ? null : countOf(row.requests, 'request'),
    row.startedAtMs === null || row.finishedAtMs === null
      ? null
      : formatSpan(Math.max(0, row.finishedAtMs - row.startedAtMs)),
    row.httpStatus === null ? null : `HTTP ${row.httpStatus}`,
    row.requestId === null ? null : `request ${row.requestId}`,
  ].filter((fact) => fact !== null);
  if (facts.length > 0) page.paragraph(facts.join(', '), { indent: 2 });
  if (row.url !== null) page.paragraph(row.url, { indent: 2 });
}
