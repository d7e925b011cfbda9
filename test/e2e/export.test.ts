/** A manifest from a query, ready to be planned: `export | run --dry-run -`. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkplace, runBin, type Workplace } from '../support/bin.js';
import { type ServedSandbox, serveSandbox, target } from '../support/served-sandbox.js';

let workplace: Workplace;
let sandbox: ServedSandbox;
beforeEach(async () => {
  workplace = createWorkplace();
  sandbox = await serveSandbox();
});
afterEach(async () => {
  await sandbox.close();
  workplace.remove();
});

const bin = (args: readonly string[], input?: string) =>
  runBin(args, { workplace, environment: sandbox.environment, ...(input === undefined ? {} : { input }) });

const run = 'c'.repeat(32);
const queries = {
  clickup: {
    query: ['--list-id', '901'],
    values: (n: number) => ({ task_id: `86exp${n.toString(36)}`, list_id: '901' }),
  },
  tallyfy: {
    query: ['--run-id', run],
    values: (n: number) => ({ task_id: `d${n.toString(16).padStart(31, '0')}`, run_id: run }),
  },
  bitrix24: { query: ['--responsible-id', '1'], values: (n: number) => ({ task_id: String(9_000 + n) }) },
} as const;

it.each([
  'clickup',
  'tallyfy',
  'bitrix24',
] as const)('%s: every task of the query is in the manifest, and it can be planned from a pipe', async (name) => {
  const { query, values } = queries[name];
  const rows = Array.from({ length: 230 }, (_, index) => {
    const title = index % 10 === 0 ? '=HYPERLINK("http://x")' : `[test] Task ${index}`;
    return target(name, 'complete', values(index + 1), title);
  });
  sandbox.fill(rows);
  const exported = await bin([
    'export',
    '--provider',
    name,
    ...query,
    '--as',
    'complete',
    '--rate',
    '0',
    '--no-progress',
  ]);
  expect({ exitCode: exported.exitCode, stderr: exported.stderr }).toMatchObject({ exitCode: 0 });
  const lines = exported.stdout.trim().split('\n');
  expect(lines[0]).toBe(
    'task_id,provider,operation,_title,_status,_completed,_place,_assignees,_tags,_created,_updated,_due,_url',
  );
  expect(lines.length - 1).toBeGreaterThanOrEqual(230);
  expect(exported.stdout).not.toMatch(/(^|,)"?=/m);
  const planned = await bin(['run', '--dry-run', '-', '--rate', '0', '--no-progress', '--json'], exported.stdout);
  expect(JSON.parse(planned.stdout)).toMatchObject({ kind: 'plan', rows: { invalid: 0, willFail: 0 } });
  expect((await sandbox.ledger()).effects).toEqual([]);
});

it('a condition over the live task chooses among what the query finds', async () => {
  sandbox.fill([
    target('clickup', 'complete', { task_id: '86keep1', list_id: '901' }, '[test] Keep'),
    target('clickup', 'complete', { task_id: '86drop1', list_id: '901' }, 'Production'),
  ]);
  const where = ['--where', 'task.title.startsWith("[test]")'];
  const { stdout } = await bin([
    'export',
    '--provider',
    'clickup',
    '--list-id',
    '901',
    ...where,
    '--format',
    'jsonl',
    '--no-progress',
  ]);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).task_id),
  ).toEqual(['86keep1']);
});

it.each([
  [['--provider', 'clickup'], /does not say what part/],
  [['--provider', 'clickup', '--run-id', run], /ClickUp knows no --run-id/],
  [['--provider', 'jira', '--list-id', '1'], /There is no service "jira"/],
])('%j is refused: an empty query never means everything', async (args, message) => {
  const result = await bin(['export', ...args, '--no-progress']);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr).toMatch(message);
  expect((await sandbox.ledger()).requests).toEqual([]);
});
