import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { junit } from '../../src/report/junit.js';
import type { ReportContext } from '../../src/report/report-format.js';
import { xmlText } from '../../src/report/xml-text.js';
import type { ReportRow } from '../../src/state/report-reads.js';
import { type RowState, rowStates } from '../../src/state/status.js';
import { contextOfRun, rowsOf } from './html-kit.js';
import { contextOf, rowOf, summary, writeText } from './kit.js';

const schema = readFileSync(new URL('junit-both.xsd', import.meta.url), 'utf8');

/** What the validator says against a text; nothing for one that keeps to both schemas. */
async function complaints(xml: string): Promise<string[]> {
  const { errors } = await validateXML({ xml, schema });
  return errors.map(({ message }) => message);
}

function withStates(states: readonly RowState[], only: readonly RowState[] | null = null): ReportContext {
  const counted = { ...summary.states, succeeded: 0 };
  for (const state of states) counted[state] += 1;
  return {
    columns: ['id'],
    summary: { ...summary, rows: states.length, states: counted },
    page: { operations: [], only, course: null, limits: new Map() },
  };
}

const rowsWith = (states: readonly RowState[]): ReportRow[] =>
  states.map((state, index) => rowOf({ number: index + 1, line: index + 2, state }));

test('a run of many rows keeps to the schemas of Ant and of Jenkins', async () => {
  const xml = await writeText(junit, rowsOf(900), contextOfRun(900));
  expect(await complaints(xml)).toEqual([]);
  expect(xml).toContain('tests="900" failures="25" errors="2" skipped="36" time="540.000"');
  expect(xml).toContain('value="test-tasks.csv, 900 rows"');
  expect(xml.match(/<testcase /g)).toHaveLength(900);
  expect(xml.match(/<failure /g)).toHaveLength(25);
  expect(xml.match(/<error /g)).toHaveLength(2);
  expect(xml.match(/<skipped /g)).toHaveLength(36);
});

test('the schema is not a formality', async () => {
  const xml = await writeText(junit, [], contextOf('id'));
  expect(await complaints(xml)).toEqual([]);
  expect(await complaints(xml.replace('hostname="localhost" ', ''))).not.toEqual([]);
});

test('a clear no is a failure, doubt is an error, and what was not sent is skipped', async () => {
  const xml = await writeText(junit, rowsWith(rowStates), withStates(rowStates));
  expect(await complaints(xml)).toEqual([]);
  const verdicts = [...xml.matchAll(/<testcase name="row (\d+) [^>]*>(?:<(\w+) )?/g)].map(([, row, verdict]) => [
    rowStates[Number(row) - 1],
    verdict ?? 'passed',
  ]);
  expect(Object.fromEntries(verdicts)).toEqual({
    invalid: 'failure',
    skipped: 'skipped',
    blocked: 'failure',
    pending: 'skipped',
    sending: 'error',
    succeeded: 'passed',
    failed: 'failure',
    unknown: 'error',
  });
});

test('only the rows that are asked for are counted', async () => {
  const xml = await writeText(
    junit,
    rowsWith(['failed', 'failed']),
    withStates(['failed', 'failed', 'succeeded'], ['failed']),
  );
  expect(xml).toContain('tests="2" failures="2" errors="0" skipped="0"');
});

test('a failure says why, what to do and where to look', async () => {
  const row = rowOf({
    state: 'failed',
    title: 'Old',
    errorType: 'NOT_FOUND',
    errorCode: 'TASK_NOT_FOUND',
    message: 'No task 86abc.',
    suggestedAction: 'Check the id.',
  });
  const xml = await writeText(junit, [row], withStates(['failed']));
  expect(xml).toContain('name="row 1 (line 2): 86abc &quot;Old&quot;" classname="clickup.delete" time="0.312"');
  expect(xml).toContain('<failure message="No task 86abc." type="NOT_FOUND TASK_NOT_FOUND">');
  expect(xml).toContain('suggested_action: Check the id.&#10;');
  expect(xml).toContain('url: https://app.clickup.com/t/86abc</failure>');
});

test('no content breaks the XML or is lost', async () => {
  const hostile = ['</failure>', '"><x>', ']]>', '&amp;', '\u0000\u0001\u001b', '\ud800', '\ufffe\uffff', 'a\r\nb\tc'];
  const rows = hostile.map((text) =>
    rowOf({ state: 'failed', target: text, title: text, message: text, errorCode: text, operation: text }),
  );
  const xml = await writeText(junit, rows, withStates(rows.map(() => 'failed')));
  expect(await complaints(xml)).toEqual([]);
  expect(xml).toContain('⟨U+0000⟩⟨U+0001⟩⟨U+001B⟩');
  expect(xml).toContain('⟨U+D800⟩');
  expect(xml).toContain('⟨U+FFFE⟩⟨U+FFFF⟩');
});

test('any text is fit for XML, and comes back as it was where XML can hold it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = xmlText(text);
      // https://www.w3.org/TR/xml/#NT-Char, less what must be escaped.
      expect(/^[\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(xml)).toBe(true);
      expect(/[<>"]|&(?!#?\w+;)/.test(xml)).toBe(false);
      const holdable = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(text);
      if (holdable) expect(unescapeXml(xml)).toBe(text);
    }),
  );
});

function unescapeXml(xml: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return xml.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    code === undefined ? (named[name] ?? '') : String.fromCharCode(Number(code)),
  );
}
