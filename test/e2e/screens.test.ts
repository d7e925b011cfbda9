import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../src/ui/text-width.js';
import { binFile, createWorkplace, runBin, sampleFile, type Workplace } from '../support/bin.js';
import { openTerminal } from '../support/terminal.js';

let workplace: Workplace;
let id: string;
const job = ['--job', 'clickup-delete-test-tasks', '--sandbox'];

beforeAll(async () => {
  workplace = createWorkplace();
  copyFileSync(sampleFile('clickup-test-tasks.csv'), join(workplace.dir, 'tests.csv'));
  expect((await runBin(['run', 'tests.csv', ...job, '--yes', '--rate', '0'], { workplace })).exitCode).toBe(0);
  id = workplace.runFolder().split('/').at(-1) ?? '';
});
afterAll(() => workplace.remove());

/** What differs from one run to the next, in as many columns as before. */
function tidy(text: string): string {
  return (
    text
      .replaceAll(workplace.dir, '/home/me')
      .replaceAll(/\d{8}-\d{4}-([a-z]+)-[0-9a-f]{4}/g, '20261122-0530-$1-7f3a')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-11-22 05:30')
      .replaceAll(/\b\d\d:\d\d(?::\d\d)?\b/g, '05:30')
      .replaceAll(/^(?<label>Time +)\S.* of work/gm, '$<label>9 s of work')
      // A pace is told for work that took long enough to have one.
      .replaceAll(/, [\d,.]+ a minute/g, '')
      .replaceAll(/(?<=05:30) +[\d,.]* +(?=tests\.csv)/g, '  ')
  );
}

interface Screen {
  readonly columns: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly place?: Workplace;
}

async function onTerminal(
  args: readonly string[],
  { columns, environment = {}, place = workplace }: Screen,
): Promise<{ lines: string[]; raw: string }> {
  const terminal = openTerminal(process.execPath, [binFile, ...args], {
    cwd: place.dir,
    environment: { ...place.environment, ...environment },
    columns,
  });
  try {
    await terminal.finished;
    return { lines: await terminal.lines(), raw: terminal.raw() };
  } finally {
    terminal.close();
  }
}

describe.each([80, 200])('on a terminal of %i columns', (columns) => {
  test('a result and the list of runs fit, with ids whole', async () => {
    for (const args of [['status', id], ['status']]) {
      const { lines } = await onTerminal(args, { columns });
      expect(tidy(lines.join('\n'))).toMatchSnapshot();
      expect(lines.join('\n')).toContain(id);
      // Paths stay whole, however long.
      for (const line of lines.filter((one) => !one.includes('/'))) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  test('a plan fits, and uses the width that there is', async () => {
    // In a place of its own: the list of runs is shown too.
    const place = createWorkplace();
    copyFileSync(sampleFile('clickup-test-tasks.csv'), join(place.dir, 'tests.csv'));
    const { lines } = await onTerminal(['plan', 'tests.csv', ...job, '--no-progress'], { columns, place });
    place.remove();
    expect(tidy(lines.join('\n'))).toMatchSnapshot();
    const widest = Math.max(...lines.map(widthOf));
    expect(widest).toBeLessThanOrEqual(columns);
    expect(widest).toBeGreaterThan(columns === 200 ? 160 : 60);
  });

  test('the catalogue uses the width that there is', async () => {
    const { lines } = await onTerminal(['operations', 'bitrix24'], { columns });
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
    expect(Math.max(...lines.map(widthOf))).toBeGreaterThan(columns === 200 ? 100 : 60);
  });
});

test('off a terminal nothing drives one, and the text is that of 80 columns', async () => {
  const { stdout } = await runBin(['status', id], { workplace });
  expect(stdout).not.toContain('\u001b');
  const { lines } = await onTerminal(['status', id], { columns: 80, environment: { NO_COLOR: '1' } });
  expect(stdout.trimEnd()).toBe(lines.join('\n').trimEnd());
});

test('colour is for terminals, unless NO_COLOR or FORCE_COLOR say otherwise', async () => {
  const colour = '\u001b[32m';
  const status = ['status', id];
  expect((await onTerminal(status, { columns: 80 })).raw).toContain(colour);
  expect((await onTerminal(status, { columns: 80, environment: { NO_COLOR: '1' } })).raw).not.toContain('\u001b[');
  expect((await onTerminal(status, { columns: 80, environment: { TERM: 'dumb' } })).raw).not.toContain('\u001b[');
  expect((await runBin(status, { workplace, environment: { FORCE_COLOR: '1' } })).stdout).toContain(colour);
  expect((await runBin(status, { workplace, environment: { FORCE_COLOR: '0' } })).stdout).not.toContain(colour);
  expect((await onTerminal(['status', 'none'], { columns: 80, environment: { NO_COLOR: '1' } })).raw).not.toContain(
    '\u001b[',
  );
  expect((await runBin(['status', 'none'], { workplace, environment: { FORCE_COLOR: '1' } })).stderr).toContain(
    '\u001b[31m',
  );
});

test.each([
  { LANG: 'C' },
  { LANG: 'C.UTF-8', LC_ALL: 'POSIX' },
])('without UTF-8 everything is plain ASCII: %j', async (locale) => {
  const commands = [
    ['plan', 'tests.csv', ...job],
    ['status', id],
    ['operations', 'clickup.update'],
    ['doctor'],
    ['validate', 'nothere.csv', '--job', 'clickup-delete-test-task'],
    ['run', 'tests.csv', ...job, '--yes', '--rate', '0'],
  ];
  for (const args of commands) {
    const { raw } = await onTerminal(args, { columns: 80, environment: locale });
    expect(raw.match(/\P{ASCII}+/gu), args.join(' ')).toBeNull();
  }
}, 120_000);

test('bars that were written over many times leave one line each', async () => {
  const { lines } = await onTerminal(['run', 'tests.csv', ...job, '--yes', '--rate', '600'], { columns: 80 });
  // One for looking at the targets and one for running: nothing of an earlier drawing is left behind.
  const bars = lines.filter((line) => line.startsWith('ClickUp ▕'));
  expect(bars).toHaveLength(2);
  for (const bar of bars) expect(bar).toMatch(/^ClickUp ▕█+▏ {2}21 of 21 {2}0 failed/);
  expect(lines.filter((line) => /[▕▏█░]/.test(line))).toEqual(bars);
  expect(lines.join('\n')).toMatch(/succeeded +21/);
}, 120_000);
