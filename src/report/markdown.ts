import { countOf, formatCount } from '../format-numbers.js';
import type { ReportRow } from '../state/report-reads.js';
import { rowStates } from '../state/status.js';
import { lookOf, stateLooks } from './html/state-looks.js';
import { codeSpan, tableText } from './markdown-text.js';
import { ownColumns } from './report-fields.js';
import type { ReportContext, ReportFormat } from './report-format.js';
import { resultSentence } from './result-sentence.js';
import { type FactPart, runFacts, runStateWords, utcText } from './run-facts.js';
import { writePieces } from './write-pieces.js';

/**
 * For an issue or a chat: the head, the counts, the reasons, and the first rows that matter: those that did not succeed
 * where there are any, else the first of all. Stops reading rows once it has them.
 */
export const markdown: ReportFormat = {
  name: 'markdown',
  extension: 'md',
  write: (rows, context, output) => writePieces(markdownText(rows, context), output),
};

/** As much as fits GitHub's 65,536 characters of a comment, however long the cells are. */
const mostRows = 25;
const mostOwnColumns = 5;
const mostCellCharacters = 80;
const mostMessageCharacters = 300;

const troubles = ['failed', 'blocked', 'unknown', 'invalid', 'sending'] as const;

function* markdownText(rows: Iterable<ReportRow>, context: ReportContext): Generator<string, void, undefined> {
  yield headText(context);
  yield reasonsText(context);
  yield rowsText(rows, context);
}

function headText({ summary, page }: ReportContext): string {
  const facts = runFacts(summary, page?.undo).map(
    ({ label, parts }) => `- ${label}: ${parts.map(partText).join('')}\n`,
  );
  const counts = stateLooks
    .filter(({ state }) => summary.states[state] > 0)
    .map(({ state, sign, word }) => [`${sign} ${word}`, formatCount(summary.states[state])]);
  const stop = summary.stop === null ? '' : `\nIt stopped: ${codeSpan(summary.stop.message)}\n`;
  const next = summary.next === null ? '' : `\nNext: ${codeSpan(summary.next)}\n`;
  return `## Run ${codeSpan(summary.run)} ${runStateWords[summary.state]}

**${resultSentence(summary)}**${summary.sandbox ? '\n\nSandbox: no real service was touched.' : ''}
${stop}
${facts.join('')}
${tableText(['State', 'Rows'], [...counts, ['all', formatCount(summary.rows)]])}${next}`;
}

function partText(part: FactPart): string {
  if (typeof part === 'string') return part;
  if ('atMs' in part) return utcText(part.atMs);
  return codeSpan('code' in part ? part.code : part.name);
}

function reasonsText({ summary: { reasons } }: ReportContext): string {
  if (reasons.length === 0) return '';
  const rows = reasons.map(({ state, errorType, errorCode, message, suggestedAction, rows: count, firstRow }) => [
    formatCount(count),
    lookOf(state).word,
    codeSpan([errorType, errorCode].filter((code) => code !== null).join(' ')),
    codeSpan(message, mostMessageCharacters),
    codeSpan(suggestedAction ?? '', mostMessageCharacters),
    formatCount(firstRow),
  ]);
  return `\n### Why rows did not succeed\n\n${tableText(['Rows', 'State', 'Code', 'First message', 'Do', 'First row'], rows)}`;
}

function rowsText(rows: Iterable<ReportRow>, { columns, summary, page }: ReportContext): string {
  const told = page?.only ?? rowStates;
  const all = told.reduce((sum, state) => sum + summary.states[state], 0);
  const trouble = troubles
    .filter((state) => told.includes(state))
    .reduce((sum, state) => sum + summary.states[state], 0);
  const wanted = trouble > 0 ? trouble : all;
  if (wanted === 0) return '';
  const shown: ReportRow[] = [];
  for (const row of rows) {
    if (trouble > 0 && !troubles.some((state) => state === row.state)) continue;
    shown.push(row);
    if (shown.length === Math.min(wanted, mostRows)) break;
  }
  const own = ownColumns(columns);
  const ownShown = own.slice(0, mostOwnColumns);
  const lines = shown.map((row) => [
    formatCount(row.number),
    ...ownShown.map(({ index }) => codeSpan(row.cells[index] ?? '', mostCellCharacters)),
    `${lookOf(row.state).sign} ${lookOf(row.state).word}`,
    codeSpan(row.errorCode ?? ''),
    codeSpan(row.message ?? '', mostMessageCharacters),
  ]);
  const notes = [
    wanted > shown.length
      ? `${countOf(wanted - shown.length, 'more row')} of these ${wanted - shown.length === 1 ? 'is' : 'are'} not shown.`
      : '',
    all > wanted
      ? `${countOf(all - wanted, 'other row')} succeeded, ${all - wanted === 1 ? 'was' : 'were'} skipped or not sent.`
      : '',
    own.length > ownShown.length
      ? `${countOf(own.length - ownShown.length, 'more column')} of the manifest ${own.length - ownShown.length === 1 ? 'is' : 'are'} left out.`
      : '',
    `Every row: \`taskbatch report ${summary.run}\``,
  ].filter((note) => note !== '');
  const header = ['Row', ...ownShown.map(({ name }) => codeSpan(name, mostCellCharacters)), 'State', 'Code', 'Message'];
  return `\n### ${trouble > 0 ? 'Rows that did not succeed' : 'Rows'}\n\n${tableText(header, lines)}\n${notes.join(' ')}\n`;
}
