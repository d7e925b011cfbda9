import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { PlanSummary } from '../../src/plan/plan-summary.js';
import { renderPlan } from '../../src/ui/plan-text.js';
import { widthOf } from '../../src/ui/text-width.js';
import { settings } from '../report/plan-kit.js';
import { operationOf, planOf, reasonOf, runId, styleOf } from './kit.js';

const next = [`taskbatch apply ${runId}`];

test('a plan says what, where, how much, what it costs, why not all, and what to type', () => {
  expect(renderPlan(planOf(), { ...styleOf(), next })).toMatchInlineSnapshot(`
    "Plan 20261122-0530-delete-7f3a

    Manifest   clickup-test-tasks.csv, 403 rows
    Service    ClickUp · Acme (9011) · Jane Doe <jane@acme.example>
    Targets    each was read for this plan, 404 requests
    Surprises  none: of 400 rows none is unlike the rest
    Guards     none: neither the job nor the command bounds these rows
    Valid      to be applied once, until 2026-11-23 05:30; the manifest's sha256
               begins with abababababab

    Operation       will do  will fail  blocked  skipped  invalid
    clickup.delete      400          2        1        0        0

    IRREVERSIBLE: clickup.delete (400 rows). The service can't take this back.
    Undo       can take back 400 rows in part. Lost of delete: its id, its comments,
               time records, attachments and history, when it was made, and by whom,
               who watched it, its description as it was to the letter: a line that
               names the row is added.

    Cost       400 requests, at 100 a minute: about 4 min, done at about 05:34 if
               started now

    Why rows will not be done:
      2  will fail, NOT_FOUND TASK_NOT_FOUND: first row 12 (line 13)
         ClickUp has no task 86abc.
         Check the id; it may belong to another workspace.
      1 more row, for other reasons.

    Nothing was changed in the service so far.

    Next: taskbatch apply 20261122-0530-delete-7f3a
    "
  `);
});

test('a mixed plan in the sandbox, in plain ASCII', () => {
  const plan = planOf({
    sandbox: true,
    services: [
      { provider: 'clickup', title: 'ClickUp', tenant: 'Acme', user: 'Jane' },
      { provider: 'tallyfy', title: 'Tallyfy', tenant: 'Acme Inc', user: 'jane@acme.example' },
    ],
    manifest: { name: '-', format: 'jsonl', sha256: 'ab'.repeat(32), bytes: 1, rows: 1_012_350 },
    looked: false,
    planRequests: 1,
    operations: [
      operationOf({ willDo: 1_000_000, skipped: 12_000 }),
      operationOf({ provider: 'tallyfy', operation: 'update', risk: 'destructive', willDo: 300 }),
      operationOf({ provider: '', operation: '', risk: null, willDo: 0, invalid: 50 }),
    ],
    willDo: 1_000_300,
    willFail: 0,
    blocked: 0,
    skipped: 12_000,
    invalid: 50,
    irreversible: 1_000_000,
    forecast: { requests: 1_000_300, seconds: 600_000 },
    requestsPerMinute: { clickup: 100, tallyfy: 0 },
    reasons: [
      reasonOf({
        state: 'skipped',
        errorType: null,
        errorCode: null,
        rows: 11_000,
        message: 'when: row.env == "test" is false.',
        suggestedAction: null,
      }),
      reasonOf({
        state: 'invalid',
        errorType: 'VALIDATION',
        errorCode: 'NO_OPERATION',
        rows: 1,
        firstRow: 1_012_350,
        firstLine: 1_012_351,
      }),
    ],
  });
  const text = renderPlan(plan, { ...styleOf({ unicode: false }), next });
  expect(text).toMatch(/^[\n -~]*$/);
  expect(text).toMatchInlineSnapshot(`
    "Plan 20261122-0530-delete-7f3a
    SANDBOX: a local emulator. No real service is touched.

    Manifest   standard input, 1,012,350 rows
    Service    ClickUp - Acme - Jane
               Tallyfy - Acme Inc - jane@acme.example
    Targets    not looked at (--look none), 1 request; the plan rests on the
               manifest alone
    Guards     none: neither the job nor the command bounds these rows
    Valid      to be applied once, until 2026-11-23 05:30; the manifest's sha256
               begins with abababababab

    Operation         will do  will fail  blocked  skipped  invalid
    clickup.delete  1,000,000          0        0   12,000        0
    tallyfy.update        300          0        0        0        0
    (not known)             0          0        0        0       50
    Total           1,000,300          0        0   12,000       50

    IRREVERSIBLE: clickup.delete (1,000,000 rows). The service can't take this back.
    Overwrites old values: tallyfy.update (300 rows).
    Undo       can take back 1,000,300 rows in part. Lost of delete: its id, its
               comments, time records, attachments and history, when it was made,
               and by whom, who watched it, its description as it was to the letter:
               a line that names the row is added.

    Cost       1,000,300 requests, side by side at 100 a minute (clickup) and no
               limit (tallyfy): about 6 d 23 h, done at about 2026-11-29 04:10 if
               started now

    Why rows will not be done:
      11,000  skipped: first row 12 (line 13)
              when: row.env == "test" is false.
           1  invalid, VALIDATION NO_OPERATION: row 1,012,350 (line 1,012,351)
              ClickUp has no task 86abc.
              Check the id; it may belong to another workspace.
      1,049 more rows, for other reasons.

    Nothing was changed in the service so far.

    Next: taskbatch apply 20261122-0530-delete-7f3a
    "
  `);
});

test('without anything to do it says so, and asks for nothing', () => {
  const plan = planOf({
    operations: [operationOf({ willDo: 0, willFail: 403 })],
    willDo: 0,
    willFail: 403,
    blocked: 0,
    irreversible: 0,
    forecast: { requests: 0, seconds: null },
    reasons: [reasonOf({ rows: 403 })],
  });
  const text = renderPlan(plan, { ...styleOf(), next: [] });
  expect(text).toContain('There is nothing to do.\n');
  expect(text).not.toContain('IRREVERSIBLE');
  expect(text).not.toContain('Next:');
});

test('a finish on another day is told with its date, and no limit is told as such', () => {
  const tomorrow = renderPlan(planOf({ forecast: { requests: 120_000, seconds: 72_000 } }), { ...styleOf(), next });
  expect(tomorrow).toContain('20 h, done at about\n           2026-11-23 01:30 if started now');
  const free = planOf({ forecast: { requests: 400, seconds: null }, requestsPerMinute: { clickup: 0 } });
  expect(renderPlan(free, { ...styleOf(), next })).toContain('Cost       400 requests, at no limit\n');
});

test('a plan that is not spaced says so, else few requests at a limit would seem to take their time', () => {
  const fast = { forecast: { requests: 31, seconds: 0 }, settings: { ...settings, pace: 'window' as const } };
  const shown = (changes: Partial<PlanSummary>) => renderPlan(planOf(changes), { ...styleOf(), next });
  expect(shown(fast)).toContain('31 requests, unspaced, at most 100 a minute: about 0 s');
  // On the sandbox it is so without a limit of one's own: its answers state one, and that is kept to.
  const own = { forecast: fast.forecast, sandbox: true, settings: { ...settings, requestsPerMinute: 0 } };
  expect(shown(own)).toContain('31 requests, unspaced, at most 100 a minute: about 0 s');
  expect(shown({ ...fast, requestsPerMinute: { clickup: 0 }, forecast: { requests: 31, seconds: null } })).toContain(
    '31 requests, at no limit\n',
  );
});

test('times are told in the zone that is asked for', () => {
  expect(renderPlan(planOf(), { ...styleOf({ timeZone: 'Asia/Tokyo' }), next })).toContain('done at about 14:34');
});

test.each([80, 100, 200, 64])('at %i columns no line is wider than the screen, and ids stay whole', (width) => {
  const long =
    'A message that is long enough to be wrapped, with an id of 86abcdefghijklmnopqrstuvwxyz, and then some more text.';
  const plan = planOf({ reasons: [reasonOf({ message: long, suggestedAction: long.repeat(2) })] });
  const lines = renderPlan(plan, { ...styleOf({ width }), next }).split('\n');
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
  expect(lines.some((line) => line.includes('86abcdefghijklmnopqrstuvwxyz'))).toBe(true);
});

test('an id that is wider than the screen is not cut', () => {
  const id = 'x'.repeat(200);
  expect(renderPlan(planOf({ reasons: [reasonOf({ message: `No task ${id}.` })] }), { ...styleOf(), next })).toContain(
    id,
  );
});

test('what comes from outside cannot drive the terminal', () => {
  const evil = '\u001b[2J\u202egnp.csv\r\nNext: rm -rf';
  const plan = planOf({
    manifest: { ...planOf().manifest, name: evil },
    services: [{ provider: 'clickup', title: 'ClickUp', tenant: evil, user: evil }],
    reasons: [reasonOf({ message: evil, suggestedAction: evil, errorCode: evil })],
  });
  const text = renderPlan(plan, { ...styleOf(), next: [`taskbatch apply ${evil}`] });
  for (const character of ['\u001b', '\u202e', '\r']) expect(text).not.toContain(character);
  expect(text).not.toMatch(/^Next: rm/m);
  expect(text).toContain('<U+001B>[2J<U+202E>gnp.csv');
});

test('colour is used only when it is wanted, and changes nothing else', () => {
  const coloured = renderPlan(planOf({ sandbox: true }), { ...styleOf({ colour: true }), next });
  expect(coloured).toContain('\u001b[31mIRREVERSIBLE');
  expect(coloured).toContain('\u001b[33mSANDBOX');
  const plain = stripVTControlCharacters(coloured);
  expect(plain).toBe(renderPlan(planOf({ sandbox: true }), { ...styleOf(), next }));
});

test('reasons that did not fit the list are counted', () => {
  const plan = planOf({ willFail: 9, blocked: 1, reasons: [reasonOf({ rows: 2 })] });
  expect(renderPlan(plan, { ...styleOf(), next })).toContain('  8 more rows, for other reasons.');
});

test('a cost that is an estimate is told as one', () => {
  expect(renderPlan(planOf({ requestsVary: true }), { ...styleOf(), next: [] })).toContain('about 400 requests');
});
