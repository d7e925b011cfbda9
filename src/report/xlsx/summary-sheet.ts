/** The sheet that is seen first: what the run was, how it came out, and what the sheets of rows do not hold. */
import { countOf } from '../../format-numbers.js';
import { lookOf, stateLooks } from '../html/state-looks.js';
import type { ReportContext } from '../report-format.js';
import { resultSentence } from '../result-sentence.js';
import { factText, runFacts, runStateWords } from '../run-facts.js';
import { type CellStyle, cellStyles, cellXml, columnLetters, stateStyles } from './cells.js';
import type { SheetsTold } from './row-sheets.js';
import { sheetEnd, sheetStart } from './sheet-xml.js';

type Cell = readonly [value: string | number | null, style?: CellStyle];

const widths = [14, 18, 34, 70, 70, 12];

export function summarySheet({ summary, page }: ReportContext, told: SheetsTold): string {
  const { states, reasons, rows, run, state, stop, sandbox, next } = summary;
  const only = page?.only ?? null;
  const lines: (readonly Cell[])[] = [
    [[resultSentence(summary), cellStyles.title]],
    [],
    labelled('Run', `${run} ${runStateWords[state]}`),
    ...(sandbox ? [labelled('', 'Sandbox: no real service was touched.')] : []),
    ...(stop === null ? [] : [labelled('Stopped', stop.message)]),
    ...runFacts(summary, page?.undo).map((fact) => labelled(fact.label, factText(fact))),
    ...(next === null ? [] : [labelled('Next', next)]),
    [],
    [header('State'), header('Rows')],
    ...stateLooks
      .filter(({ state: name }) => states[name] > 0)
      .map(({ state: name, word }): readonly Cell[] => [[word, stateStyles[name]], [states[name]]]),
    [['all'], [rows]],
    ...(reasons.length === 0 ? [] : [[], ['Rows', 'State', 'Code', 'First message', 'Do', 'First row'].map(header)]),
    ...reasons.map((reason): readonly Cell[] => [
      [reason.rows],
      [lookOf(reason.state).word, stateStyles[reason.state]],
      [[reason.errorType, reason.errorCode].filter((code) => code !== null).join(' ')],
      [reason.message],
      [reason.suggestedAction],
      [reason.firstRow],
    ]),
    [],
    ...notes(told, run, only).map((note): readonly Cell[] => [[note]]),
  ];
  const body = lines.map((cells, index) => {
    const xml = cells.map(([value, style], column) =>
      cellXml(value, `${columnLetters(column)}${index + 1}`, style ?? styleOf(value), () => undefined),
    );
    return `<row r="${index + 1}">${xml.join('')}</row>`;
  });
  const columns = widths.map((width) => ({ width, style: cellStyles.number }));
  return `${sheetStart(columns, false)}${body.join('')}${sheetEnd(widths.length, lines.length, false)}`;
}

function labelled(label: string, value: string): readonly Cell[] {
  return [[label], [value]];
}

function header(text: string): Cell {
  return [text, cellStyles.header];
}

function styleOf(value: Cell[0]): CellStyle {
  return typeof value === 'number' ? cellStyles.number : cellStyles.text;
}

function notes({ sheets, cutRows, leftColumns }: SheetsTold, run: string, only: readonly string[] | null): string[] {
  const whole = `taskbatch report ${run} --format csv`;
  const names = sheets.map(({ name }) => name).join(', ');
  return [
    ...(only === null ? [] : [`The sheet of rows holds only those that are ${only.join(' or ')}.`]),
    ...(sheets.length > 1
      ? [`A sheet holds 1,048,576 lines at most, so the rows go on from sheet to sheet: ${names}.`]
      : []),
    ...(cutRows > 0
      ? [
          `A cell holds 32,767 characters at most: texts of ${countOf(cutRows, 'row')} are cut. They are whole in ${whole}`,
        ]
      : []),
    ...(leftColumns > 0
      ? [
          `A sheet holds 16,384 columns at most: ${countOf(leftColumns, 'column')} of the manifest are left out. They are in ${whole}`,
        ]
      : []),
    'Cells of the manifest are texts here, also where they look like numbers, dates or formulas. Times are UTC.',
  ];
}
