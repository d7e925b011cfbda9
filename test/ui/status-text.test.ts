import { expect, test } from 'vitest';
import { remainingMs, renderRuns, renderStatus } from '../../src/ui/status-text.js';
import { widthOf } from '../../src/ui/text-width.js';
import { noStates, runId, runOf, startMs, styleOf } from './kit.js';

const running = runOf({
  state: 'running',
  rows: 10_000,
  states: { ...noStates, succeeded: 1_230, failed: 4, sending: 4, pending: 8_762 },
  outcomes: { done: 1_230, already: 0, settled: 0 },
  finishedAtMs: null,
  activeMs: 0,
  requestsPerMinute: null,
  requests: 404,
  next: `taskbatch status ${runId}`,
});

test('a run that goes on tells its pace and when it will be done', () => {
  expect(renderStatus(running, null, { atMs: 0, rowsLastMinute: 99 }, styleOf())).toMatchInlineSnapshot(`
    "Run 20261122-0530-delete-7f3a is running

    Manifest   clickup-test-tasks.csv, 403 rows
    Service    ClickUp · Acme (9011) · Jane Doe <jane@acme.example>

    succeeded   1,230
    failed          4
    sending         4  in the air
    to do       8,762
    rows       10,000

    Requests   404 for planning; the others are counted at the end
    Time       started 05:25

    Progress   12 %, 99 rows in the last minute, about 1 h 29 min left, until 06:58

    Next: taskbatch status 20261122-0530-delete-7f3a
    "
  `);
});

test('what is left is told from the last minute, and not guessed when nothing moved', () => {
  expect(remainingMs(running, { atMs: 0, rowsLastMinute: 100 })).toBe(87.66 * 60_000);
  expect(remainingMs(running, { atMs: 0, rowsLastMinute: 0 })).toBeNull();
  expect(renderStatus(running, null, { atMs: 0, rowsLastMinute: 0 }, styleOf())).toContain(
    'nothing moved during the last minute',
  );
  expect(remainingMs(runOf(), { atMs: 0, rowsLastMinute: 0 })).toBe(0);
});

test('what its own process expects, which knows of pauses and limits, is told where it tells', () => {
  const told = { pausedSinceMs: null, endsAtMs: 100_000, services: [] };
  expect(remainingMs(running, { atMs: 40_000, rowsLastMinute: 100, told })).toBe(60_000);
  expect(remainingMs(running, { atMs: 100_500, rowsLastMinute: 100, told })).toBe(0);
  expect(remainingMs(running, { atMs: 40_000, rowsLastMinute: 100, told: { ...told, endsAtMs: null } })).toBe(
    87.66 * 60_000,
  );
});

test('a run that does not go on has no pace', () => {
  expect(renderStatus(runOf(), null, { atMs: 0, rowsLastMinute: 5 }, styleOf())).not.toContain('Progress');
});

const runs = [
  runOf({
    run: '20261121-0900-complete-0001',
    manifest: { ...runOf().manifest, name: 'open.csv' },
    createdAtMs: startMs - 86_400_000,
  }),
  runOf({
    sandbox: true,
    state: 'interrupted',
    states: { ...noStates, succeeded: 100, failed: 2, blocked: 1, unknown: 1, pending: 299 },
  }),
];

test('the list fits 80 columns and keeps ids and states whole', () => {
  const text = renderRuns(runs, styleOf());
  expect(text).toMatchInlineSnapshot(`
    "Run                          State                  Rows   OK  Not OK  To do
    20261121-0900-complete-0001  finished                403  403       0      0
    20261122-0530-delete-7f3a    interrupted (SANDBOX)   403  100       4    299

    Next: taskbatch status RUN
    "
  `);
  expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
});

test('a wider screen shows more', () => {
  expect(renderRuns(runs, styleOf({ width: 140 }))).toMatchInlineSnapshot(`
    "Run                          State                  Rows   OK  Not OK  To do  Created           Per min  Manifest
    20261121-0900-complete-0001  finished                403  403       0      0  2026-11-21 05:30     98.7  open.csv
    20261122-0530-delete-7f3a    interrupted (SANDBOX)   403  100       4    299  2026-11-22 05:25     98.7  clickup-test-tasks.csv

    Next: taskbatch status RUN
    "
  `);
});

test('without runs it says how to plan one', () => {
  expect(renderRuns([], styleOf())).toBe('There are no runs yet.\n\nNext: taskbatch plan MANIFEST --job JOB\n');
});
