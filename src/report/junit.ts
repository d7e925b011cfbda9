import type { ReportRow } from '../state/report-reads.js';
import { type RowState, rowStates } from '../state/status.js';
import { reportFields } from './report-fields.js';
import type { ReportContext, ReportFormat } from './report-format.js';
import { resultSentence } from './result-sentence.js';
import { factText, runFacts, utcText } from './run-facts.js';
import { writePieces } from './write-pieces.js';
import { xmlText } from './xml-text.js';

/**
 * For CI: one test suite, each row a test case. It keeps to what Ant's schema (https://github.com/windyroad/JUnit-Schema)
 * and Jenkins' (junit-10.xsd of https://github.com/jenkinsci/xunit-plugin) both allow, order and attributes included.
 */
export const junit: ReportFormat = {
  name: 'junit',
  extension: 'xml',
  write: (rows, context, output) => writePieces(junitText(rows, context), output),
};

type Verdict = 'failure' | 'error' | 'skipped';

/**
 * A failure is a clear no: the service, a rule or a guard refused the row, and nothing was changed. An error is a row of
 * which nobody knows what happened. Rows that were not wanted, or not sent so far, are skipped.
 */
const verdicts: Readonly<Record<RowState, Verdict | null>> = {
  succeeded: null,
  failed: 'failure',
  blocked: 'failure',
  invalid: 'failure',
  unknown: 'error',
  sending: 'error',
  skipped: 'skipped',
  pending: 'skipped',
};

const rowsPerPiece = 128;

function* junitText(rows: Iterable<ReportRow>, context: ReportContext): Generator<string, void, undefined> {
  yield suiteHead(context);
  let piece = '';
  let count = 0;
  for (const row of rows) {
    piece += testCase(row);
    count += 1;
    if (count % rowsPerPiece !== 0) continue;
    yield piece;
    piece = '';
  }
  const { summary } = context;
  const next = summary.next === null ? '' : `\nNext: ${summary.next}`;
  yield `${piece}    <system-out>${xmlText(`${resultSentence(summary)}${next}`)}</system-out>
    <system-err>${xmlText(summary.stop?.message ?? '')}</system-err>
  </testsuite>
</testsuites>
`;
}

function suiteHead({ summary, page }: ReportContext): string {
  const told = page?.only ?? rowStates;
  const count = (states: readonly RowState[]) => states.reduce((sum, state) => sum + summary.states[state], 0);
  const countVerdict = (verdict: Verdict) => String(count(told.filter((state) => verdicts[state] === verdict)));
  const attributes = {
    id: '0',
    package: 'taskbatch',
    name: summary.run,
    // The schema wants a time without a zone.
    timestamp: utcText(summary.startedAtMs ?? summary.createdAtMs)
      .slice(0, 19)
      .replace(' ', 'T'),
    hostname: 'localhost',
    tests: String(count(told)),
    failures: countVerdict('failure'),
    errors: countVerdict('error'),
    skipped: countVerdict('skipped'),
    time: secondsText(summary.activeMs),
  };
  const properties = runFacts(summary, page?.undo).map(
    (fact) => `      <property name="${xmlText(fact.label)}" value="${xmlText(factText(fact))}"/>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite ${attributesText(attributes)}>
    <properties>
${properties.join('')}    </properties>
`;
}

function testCase(row: ReportRow): string {
  const verdict = verdicts[row.state];
  const took =
    row.startedAtMs === null || row.finishedAtMs === null ? 0 : Math.max(0, row.finishedAtMs - row.startedAtMs);
  const named = [row.target, row.title === null ? null : `"${row.title}"`].filter((part) => part !== null).join(' ');
  const head = attributesText({
    name: `row ${row.number} (line ${row.line})${named === '' ? '' : `: ${named}`}`,
    classname: row.operation === '' ? 'taskbatch' : `${row.provider}.${row.operation}`,
    time: secondsText(took),
  });
  if (verdict === null) return `    <testcase ${head}/>\n`;
  const reason = attributesText({
    message: row.message ?? defaultMessage[row.state] ?? row.state,
    type: [row.errorType ?? row.state, row.errorCode].filter((part) => part !== null).join(' '),
  });
  return `    <testcase ${head}><${verdict} ${reason}>${xmlText(storyText(row))}</${verdict}></testcase>\n`;
}

const defaultMessage: Partial<Record<RowState, string>> = {
  pending: 'Not sent so far.',
  sending: 'It was in the air when the run ended; resuming the run finds out.',
};

/** The row's facts, a line each, as far as there are any. */
function storyText(row: ReportRow): string {
  return reportFields
    .flatMap(({ name, value }) => {
      const told = value(row);
      return told === null || told === '' ? [] : [`${name.slice(1)}: ${told}`];
    })
    .join('\n');
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${xmlText(value)}"`)
    .join(' ');
}

/** Seconds with thousandths, without separators. */
function secondsText(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
