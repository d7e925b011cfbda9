/** The single checks of `doctor`, each with what makes it complain. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { checkClock, clockSkewMs } from '../../src/doctor/clock-check.js';
import { checkLimits } from '../../src/doctor/limits-check.js';
import { checkMachine } from '../../src/doctor/machine-checks.js';
import { checkRuns } from '../../src/doctor/runs-check.js';
import { checkState } from '../../src/doctor/state-checks.js';
import { resolveSettings } from '../../src/job/resolve-settings.js';
import { closeRun, createRun } from '../../src/run/open-run.js';
import { projectDir } from '../support/bin.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'doctor-test-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe('Node.js', () => {
  test.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.9', 'failed'],
    ['18.20.0', 'failed'],
  ])('%s is %s', (version, status) => {
    expect(checkMachine(version).checks[0]).toMatchObject({ name: 'node', status });
  });

  test('is wanted as new as package.json says', () => {
    const { engines }: { engines: { node: string } } = JSON.parse(
      readFileSync(join(projectDir, 'package.json'), 'utf8'),
    );
    expect(checkMachine('24.0.0').checks[0]?.message).toContain(`${engines.node.replace('>=', '')} or newer`);
  });
});

describe('the clock', () => {
  const nowMs = Date.UTC(2026, 10, 22, 5, 0, 0);
  const seen = (aheadMs: number, roundTripMs = 0) =>
    clockSkewMs({ date: new Date(nowMs - aheadMs).toUTCString(), nowMs, roundTripMs });

  test('is compared with the middle of the way, and with the middle of the second', () => {
    expect(seen(90_000)).toBe(89_500);
    expect(seen(0, 2_000)).toBe(-1_500);
    expect(seen(-90_000)).toBe(-90_500);
  });

  test.each([undefined, '', 'yesterday'])('can not be compared with a Date of %j', (date) => {
    expect(clockSkewMs({ date, nowMs, roundTripMs: 0 })).toBeNull();
  });

  test.each([
    [0, 'ok'],
    [60_000, 'ok'],
    [-60_000, 'ok'],
    [60_001, 'warning'],
    [-90_000, 'warning'],
    [null, 'skipped'],
  ] as const)('that is %j ms ahead is %s', (skewMs, status) => {
    expect(checkClock(skewMs, 'ClickUp').status).toBe(status);
  });

  test('is told in which direction it is wrong', () => {
    expect(checkClock(90_000, 'ClickUp').message).toBe("This machine's clock is 90 s ahead of that of ClickUp.");
    expect(checkClock(-3_600_000, 'ClickUp').message).toBe("This machine's clock is 3,600 s behind that of ClickUp.");
  });
});

describe('limits', () => {
  const limits = {
    requestsPerMinute: 100,
    mostPerMinute: 100,
    concurrency: 2,
    source: 'a page',
    notes: ['A cap.'],
    stated: null,
    inForce: 100,
  };

  test('are told with their source and their notes', () => {
    expect(checkLimits(limits, 300)).toEqual({
      name: 'limits',
      status: 'ok',
      message: '100 requests a minute, 2 at once.',
      fix: null,
      details: ["The service's pages: a page.", 'A cap.'],
    });
    const told = checkLimits({ ...limits, stated: 50, inForce: 50 }, 300);
    expect([told.message, told.details[0]]).toEqual([
      '50 requests a minute, 2 at once.',
      'Its answers state 50 a minute.',
    ]);
  });

  test('that requests are too slow to reach are told with what would reach them', () => {
    expect(checkLimits(limits, 1_200).status).toBe('ok');
    expect(checkLimits(limits, 3_000)).toMatchObject({
      status: 'warning',
      message: '100 requests a minute, 2 at once; but with 3000 ms a request, only 40 a minute get through.',
      fix: 'Allow more at once where it matters: --concurrency 5',
    });
  });
});

describe('the state folder', () => {
  const look = (stateDir: string, platform = 'linux') => {
    const { checks } = checkState({ stateDir, budgetDir: join(dir, 'limits'), platform });
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  };

  test('that is not there yet is made later, not by looking', () => {
    const { 'state folder': folder, database, disk } = look(join(dir, 'a', 'b'));
    expect([folder?.status, database?.status, disk?.status]).toEqual(['ok', 'ok', 'ok']);
    expect(folder?.message).toContain('is made when it is needed');
    expect(readdirSync(dir)).toEqual([]);
  });

  test('that is there is tried out, and left as it was', () => {
    const stateDir = join(dir, 'state');
    mkdirSync(stateDir, { mode: 0o700 });
    const { 'state folder': folder, database } = look(stateDir);
    expect([folder?.status, database?.status]).toEqual(['ok', 'ok']);
    expect(readdirSync(stateDir)).toEqual([]);
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  });

  test('that others can look into is told with the command that mends it', () => {
    const stateDir = join(dir, "it's open");
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o755);
    expect(look(stateDir)['state folder']).toMatchObject({
      status: 'warning',
      fix: `chmod 700 '${join(dir, String.raw`it'\''s open`)}'`,
    });
    expect(look(stateDir, 'win32')['state folder']?.status).toBe('ok');
  });

  test.each(['file', 'file/below'])('can not be at %s, where a file is', (name) => {
    writeFileSync(join(dir, 'file'), '');
    const { 'state folder': folder, database } = look(join(dir, name));
    expect([folder?.status, database?.status]).toEqual(['failed', 'skipped']);
    expect(folder?.fix).toContain('--state-dir');
  });

  test('is looked at apart from that of the limit records', () => {
    writeFileSync(join(dir, 'limits'), '');
    expect(look(join(dir, 'state'))).toMatchObject({
      'state folder': { status: 'ok' },
      'limit records': { status: 'failed', fix: expect.stringContaining('XDG_STATE_HOME') },
    });
  });
});

describe('runs', () => {
  let minute = 0;
  const begin = () => {
    const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 22, 5, minute++) };
    return createRun({ stateDir: dir, clock, random: () => 0.5 }, 'delete', {
      parent: null,
      version: '0',
      sandbox: false,
      goal: 'execute',
      settings: resolveSettings(null, null, {}),
      manifest: { name: 'x.csv', format: 'csv', sha256: '', bytes: 0, rows: 0 },
      columns: [],
      services: [],
      loaded: true,
      unreadColumns: [],
      rates: {},
      surprises: null,
      plannedAtMs: null,
      planDigest: null,
      canary: null,
      actors: {},
      startedAtMs: null,
      finishedAtMs: null,
      activeMs: 0,
      planRequests: 0,
      planning: {},
      requests: 0,
      stop: null,
    });
  };

  test('that were left in the middle are counted, with the command that goes on with the newest', () => {
    expect(checkRuns(dir)).toMatchObject({ status: 'ok', message: 'There are none yet.' });
    const first = begin();
    closeRun(first);
    expect(checkRuns(dir)).toMatchObject({
      status: 'warning',
      message: '1 run is not finished.',
      fix: `taskbatch resume ${first.folder.id}`,
    });
    const second = begin();
    closeRun(second);
    expect(checkRuns(dir)).toMatchObject({
      message: '2 runs are not finished.',
      fix: `taskbatch resume ${second.folder.id}; the others are listed by: taskbatch status`,
    });
  });

  test('that another process works on are none of them', () => {
    const run = begin();
    expect(checkRuns(dir)).toMatchObject({
      status: 'ok',
      message: 'Of 1 none waits to be gone on with; 1 at work.',
    });
    closeRun(run);
  });

  test('that can not be read are named', () => {
    const run = begin();
    closeRun(run);
    writeFileSync(run.folder.database, 'no database');
    expect(checkRuns(dir)).toMatchObject({ status: 'warning', fix: expect.stringContaining(run.folder.id) });
  });
});
