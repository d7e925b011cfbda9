import { expect, test } from 'vitest';
import { renderRun } from '../../src/ui/run-text.js';
import { noStates, reasonOf, runId, runOf, styleOf } from './kit.js';

const folder = `/home/jane/.taskbatch/runs/${runId}`;
const files = { report: `${folder}/report.csv`, failed: `${folder}/failed.csv`, page: `${folder}/report.html` };

test('a clean run is told in a few lines', () => {
  expect(renderRun(runOf(), { report: files.report, failed: null, page: null }, styleOf())).toMatchInlineSnapshot(`
    "Run 20261122-0530-delete-7f3a finished

    Manifest   clickup-test-tasks.csv, 403 rows
    Service    ClickUp · Acme (9011) · Jane Doe <jane@acme.example>

    succeeded  403
    failed       0
    rows       403

    Requests   807: 404 for planning, 403 for executing, 98.7 a minute
    Time       4 min 5 s of work, started 05:25, finished 05:30

    Report     /home/jane/.taskbatch/runs/20261122-0530-delete-7f3a/report.csv
    "
  `);
});

test('a run with trouble tells how many, why, where it is written, and what to type', () => {
  const run = runOf({
    sandbox: true,
    parent: '20261121-0900-delete-0001',
    rows: 1_403,
    states: { ...noStates, succeeded: 1_395, failed: 3, blocked: 1, unknown: 1, skipped: 2, invalid: 1 },
    outcomes: { done: 1_380, already: 12, settled: 3 },
    reasons: [
      reasonOf({ rows: 3 }),
      reasonOf({
        state: 'unknown',
        errorType: 'UNKNOWN',
        errorCode: 'UNSETTLED',
        rows: 1,
        firstRow: 1_204,
        firstLine: 1_310,
      }),
    ],
    next: `taskbatch report ${runId} --only unknown`,
  });
  expect(renderRun(run, files, styleOf())).toMatchInlineSnapshot(`
    "Run 20261122-0530-delete-7f3a finished
    SANDBOX: a local emulator. No real service is touched.

    Manifest   clickup-test-tasks.csv, 403 rows
    Service    ClickUp · Acme (9011) · Jane Doe <jane@acme.example>
    Repeats    rows of run 20261121-0900-delete-0001

    succeeded  1,395  1,380 done, 12 were so already, 3 found done after doubt
    failed         3
    blocked        1  refused by a guard, or changed since the plan
    unknown        1  may or may not have happened; look before you repeat them
    skipped        2
    invalid        1
    rows       1,403

    Requests   807: 404 for planning, 403 for executing, 98.7 a minute
    Time       4 min 5 s of work, started 05:25, finished 05:30

    Why rows did not succeed:
      3  failed, NOT_FOUND TASK_NOT_FOUND: first row 12 (line 13)
         ClickUp has no task 86abc.
         Check the id; it may belong to another workspace.
      1  unknown, UNSETTLED: row 1,204 (line 1,310)
         ClickUp has no task 86abc.
         Check the id; it may belong to another workspace.
      2 more rows, for other reasons.

    Report     /home/jane/.taskbatch/runs/20261122-0530-delete-7f3a/report.csv
    Page       /home/jane/.taskbatch/runs/20261122-0530-delete-7f3a/report.html
    To repeat  /home/jane/.taskbatch/runs/20261122-0530-delete-7f3a/failed.csv
               (the rows that may be sent again; a manifest that runs as it is)

    Next: taskbatch report 20261122-0530-delete-7f3a --only unknown
    "
  `);
});

test('a stopped run says why, and how to go on is its last line', () => {
  const run = runOf({
    state: 'stopped',
    states: { ...noStates, succeeded: 100, pending: 301, sending: 2 },
    outcomes: { done: 100, already: 0, settled: 0 },
    finishedAtMs: null,
    stop: { reason: 'breaker', message: 'ClickUp: 20 rows failed in a row (API_ERROR).', exitCode: 4 },
    next: `taskbatch resume ${runId}`,
  });
  const text = renderRun(run, files, styleOf({ unicode: false }));
  expect(text).toContain('Stopped: ClickUp: 20 rows failed in a row (API_ERROR).');
  expect(text).toContain('sending      2  not known yet; resuming finds out');
  expect(text).toContain('to do      301');
  expect(text.endsWith(`\nNext: taskbatch resume ${runId}\n`)).toBe(true);
  expect(text).toMatch(/^[\n -~]*$/);
});

test('the counts are aligned on the right, whatever their size', () => {
  const run = runOf({
    rows: 1_000_003,
    states: { ...noStates, succeeded: 1_000_000, failed: 3 },
    outcomes: { done: 1_000_000, already: 0, settled: 0 },
  });
  const text = renderRun(run, null, styleOf());
  expect(text).toContain('succeeded  1,000,000\nfailed             3\nrows       1,000,003\n');
});

test('states are coloured only where there are such rows', () => {
  const text = renderRun(runOf(), null, styleOf({ colour: true }));
  expect(text).toContain('\u001b[32msucceeded  403\u001b[39m\nfailed       0\n');
});
