import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import readWorkbook from 'read-excel-file/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataBlocks } from '../report/kit.js';
import { projectDir } from '../support/bin.js';
import { callCli } from '../support/cli.js';

let home: string;
const call = (argv: readonly string[], changes = {}) =>
  callCli(argv, { cwd: home, environment: { HOME: home, LANG: 'C.UTF-8' } }, changes);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'formats-'));
  const manifest = join(projectDir, 'samples', 'clickup-test-tasks.csv');
  const job = ['--job', 'clickup-delete-test-tasks', '--sandbox', '--yes', '--rate', '0', '--no-progress'];
  expect((await call(['run', manifest, ...job])).exitCode).toBe(0);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('every format obeys --only and --output', async () => {
  const write = async (format: string) => {
    const { exitCode, stdout, stderr } = await call([
      'report',
      '--format',
      format,
      '--only',
      'skipped',
      '-o',
      `only.${format}`,
    ]);
    expect([exitCode, stdout, stderr]).toEqual([0, '', `Report: ${join(home, `only.${format}`)}\n`]);
    return readFileSync(join(home, `only.${format}`));
  };
  expect(
    String(await write('csv'))
      .trim()
      .split('\n'),
  ).toHaveLength(1 + 3);
  expect(
    String(await write('jsonl'))
      .trim()
      .split('\n'),
  ).toHaveLength(3);
  const junit = String(await write('junit'));
  expect(junit).toContain('tests="3" failures="0" errors="0" skipped="3"');
  expect(junit.match(/<testcase /g)).toHaveLength(3);
  const markdown = String(await write('markdown'));
  expect(markdown.match(/– skipped \| {2}\| `The condition when is false\.`/g)).toHaveLength(3);
  const sheets = await readWorkbook(await write('xlsx'));
  expect(sheets.find(({ sheet }) => sheet === 'Rows')?.data).toHaveLength(1 + 3);
  expect(JSON.stringify(sheets[0])).toContain('holds only those that are skipped');
  expect(dataBlocks(String(await write('html'))).map((text) => JSON.parse(text))).toMatchObject([
    { n: 3 },
    { told: { rows: 3 } },
  ]);
});

test('the facts of a real run are told by every format that has a head', async () => {
  for (const format of ['junit', 'markdown', 'html']) {
    const { stdout } = await call(['report', '--format', format]);
    expect(stdout).toContain('Sandbox Workspace');
    expect(stdout).toContain('clickup-test-tasks.csv');
    expect(stdout).toMatch(/[0-9a-f]{64}/);
    expect(stdout).toContain('can take back 21 rows in part');
  }
});

test('the page of a real run knows when each of its requests left', async () => {
  const { stdout } = await call(['report', '--format', 'html']);
  const facts = /<script type="application\/json" id="page">([^<]*)</.exec(stdout)?.[1] ?? '{}';
  const { timeline } = JSON.parse(facts);
  expect(timeline.gap).toBeNull();
  expect(timeline.lanes).toMatchObject([{ provider: 'clickup', requests: 26 }]);
  expect(timeline.answerTimes.count).toBe(26);
});

test('a plan is written as a page, with what it is held to and how it is applied', async () => {
  const manifest = join(projectDir, 'samples', 'clickup-test-tasks.csv');
  const job = ['--job', 'clickup-delete-test-tasks', '--sandbox', '--no-progress'];
  const { exitCode, stderr } = await call(['plan', manifest, ...job, '-o', 'plan.html']);
  expect([exitCode, stderr]).toEqual([0, `Plan: ${join(home, 'plan.html')}\n`]);
  const page = readFileSync(join(home, 'plan.html'), 'utf8');
  expect(page).toContain('21 of 24 rows would be done; 3 would not.');
  expect(page).toContain('task.name.startsWith(&quot;[test]&quot;)');
  expect(page).toContain('at most 500 rows');
  expect(page).toMatch(/id="next">taskbatch apply \d{8}-/);
  expect(dataBlocks(page).map((text) => JSON.parse(text))).toMatchObject([{ n: 24 }, { told: { rows: 24 } }]);
});

test('a workbook is not spilt on a terminal', async () => {
  const stdout = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), { isTTY: true });
  await expect(call(['report', '--format', 'xlsx'], { stdout })).rejects.toThrow(/nothing to read on a terminal/);
  await call(['report', '--format', 'xlsx', '-o', 'run.xlsx'], { stdout });
  expect(existsSync(join(home, 'run.xlsx'))).toBe(true);
});
