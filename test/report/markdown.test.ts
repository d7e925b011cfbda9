import fc from 'fast-check';
import { lexer, type Token, type Tokens } from 'marked';
import { expect, test } from 'vitest';
import { markdown } from '../../src/report/markdown.js';
import { codeSpan, tableText } from '../../src/report/markdown-text.js';
import type { ReportRow } from '../../src/state/report-reads.js';
import { visibleText } from '../../src/ui/visible-text.js';
import { contextOfRun, rowsOf } from './html-kit.js';
import { contextOf, rowOf, summary, writeText } from './kit.js';

/** The tables of a text as a reader of GitHub's Markdown takes them. */
function tablesOf(text: string): Tokens.Table[] {
  return lexer(text).filter((token): token is Tokens.Table => token.type === 'table');
}

const texts = (table: Tokens.Table | undefined) => table?.rows.map((cells) => cells.map(({ text }) => text)) ?? [];

test('a run is told by its result, its facts, its counts, its reasons and the rows that did not succeed', async () => {
  const text = await writeText(markdown, rowsOf(900), contextOfRun(900));
  expect(text.split('\n')[0]).toBe('## Run `20261122-0530-delete-7f3a` finished');
  expect(text).toContain(
    '**837 of 864 rows succeeded; 21 failed, 4 were blocked, 2 may or may not have happened, 36 skipped.**',
  );
  expect(text).toContain('- Manifest: `test-tasks.csv`, 900 rows\n');
  expect(text).toContain('Next: `taskbatch retry 20261122-0530-delete-7f3a`');
  const [counts, reasons, rows] = tablesOf(text);
  expect(texts(counts).slice(0, 2)).toEqual([
    ['✓ succeeded', '837'],
    ['✕ failed', '21'],
  ]);
  expect(texts(reasons)[0]?.slice(0, 3)).toEqual(['21', 'failed', '`NOT_FOUND TASK_NOT_FOUND`']);
  expect(rows?.rows).toHaveLength(25);
  expect(texts(rows)[0]?.slice(0, 3)).toEqual(['40', '`86c8xko`', '`[test] Checkout flow, case 40`']);
  expect(text).toContain('2 more rows of these are not shown. 873 other rows succeeded, were skipped or not sent.');
  expect(text).toContain('Every row: `taskbatch report 20261122-0530-delete-7f3a`');
});

test('where all went well the first rows are shown', async () => {
  const context = {
    ...contextOf('id'),
    summary: { ...summary, rows: 30, states: { ...summary.states, succeeded: 30 } },
  };
  const text = await writeText(
    markdown,
    Array.from({ length: 30 }, (_, index) => rowOf({ number: index + 1 })),
    context,
  );
  expect(tablesOf(text).at(-1)?.rows).toHaveLength(25);
  expect(text).toContain('5 more rows of these are not shown.');
});

test('of a run that is only planned nothing can be taken back yet', async () => {
  const undo = { whole: 21, part: 0, none: 0, operations: [] };
  const context = (state: 'planned' | 'finished') => {
    const { page, ...rest } = contextOfRun(900, { undo });
    return { ...rest, ...(page === undefined ? {} : { page }), summary: { ...rest.summary, state } };
  };
  expect(await writeText(markdown, rowsOf(900), context('planned'))).toContain(
    '- Undo: once applied, taskbatch undo can take back 21 rows whole.',
  );
  expect(await writeText(markdown, rowsOf(900), context('finished'))).toContain(
    '- Undo: `taskbatch undo 20261122-0530-delete-7f3a` can take back 21 rows whole.',
  );
});

test('no more rows are read than are shown', async () => {
  let taken = 0;
  function* rows(): Generator<ReportRow> {
    for (const row of rowsOf(100_000)) {
      taken = row.number;
      yield row;
    }
  }
  await writeText(markdown, rows(), contextOfRun(100_000));
  expect(taken).toBeLessThan(2_000);
});

test('it fails when reading rows fails', async () => {
  function* rows(): Generator<ReportRow> {
    yield rowOf();
    throw new Error('state is gone');
  }
  await expect(writeText(markdown, rows(), contextOfRun(900))).rejects.toThrow('state is gone');
});

test('it fits a comment on GitHub, whatever the cells hold', async () => {
  const wide = Array.from({ length: 40 }, (_, index) => `Column ${index}`);
  const cells = wide.map(() => '`|'.repeat(50_000));
  const rows = Array.from({ length: 60 }, (_, index) =>
    rowOf({ number: index + 1, cells, state: 'failed', message: '|'.repeat(50_000) }),
  );
  const context = {
    columns: wide,
    summary: { ...summary, rows: 60, states: { ...summary.states, succeeded: 0, failed: 60 } },
  };
  const text = await writeText(markdown, rows, context);
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('35 more columns of the manifest are left out.');
});

test('hostile contents stay text: no link, no mention, no markup, no further cell', async () => {
  const hostile = [
    '@everyone',
    '[x](https://evil.example)',
    '<img src=x>',
    'a|b',
    '`|`',
    '#12',
    '**b**',
    'a\nb',
    '\\|',
    '\u202Eabc',
  ];
  const context = {
    ...contextOf(...hostile.slice(0, 5)),
    summary: { ...summary, states: { ...summary.states, succeeded: 0, failed: 1 } },
  };
  const row = rowOf({ cells: hostile.slice(5), state: 'failed', errorCode: '`|`', message: hostile.join(' ') });
  const text = await writeText(markdown, [row], context);
  const table = tablesOf(text).at(-1);
  expect(table?.header).toHaveLength(9);
  expect(table?.rows[0]).toHaveLength(9);
  const kinds = new Set<string>();
  const walk = (tokens: readonly Token[] = []): void => {
    for (const token of tokens) {
      kinds.add(token.type);
      if ('tokens' in token) walk(token.tokens);
    }
  };
  for (const cell of [...(table?.header ?? []), ...(table?.rows[0] ?? [])]) walk(cell.tokens);
  expect([...kinds].filter((kind) => !['text', 'codespan', 'html', 'escape'].includes(kind))).toEqual([]);
  expect(text).not.toContain('\u202E');
});

test('any text in a cell is one cell and comes back as it was shown', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('`', '|', '\\', ' ', 'a', '<', '&', '@', '\n', '*') }), (text) => {
      const shown = visibleText(text).trim();
      const [table] = tablesOf(tableText(['a', 'b'], [[codeSpan(text), 'end']]));
      const [first, second] = table?.rows[0] ?? [];
      expect(second?.text).toBe('end');
      if (shown === '' || shown.includes('\\|')) return;
      const [token] = first?.tokens ?? [];
      expect(token?.type).toBe('codespan');
      expect(token !== undefined && 'text' in token ? token.text : '').toBe(shown);
    }),
  );
});
