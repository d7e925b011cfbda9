/** What was reviewed is what is done: an irreversible target that changed since the plan is blocked, with the difference. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { here, other, sandbox, workplace } = useScene({ now: () => Date.now() + laterMs });
/** How far the services' clock is ahead. */
let laterMs = 0;

beforeEach(() => {
  laterMs = 0;
});

type Cells = Readonly<Record<string, unknown>>;

/** What another hand does to a task, and what must be said of it. */
interface Change {
  readonly field: 'title' | 'status' | 'place' | 'assignees' | 'updated';
  readonly operation: string;
  readonly cells: Cells;
  readonly told: RegExp;
}

interface Service {
  readonly id: (n: number) => string;
  readonly title: string;
  /** A task in Tallyfy stays in its run for ever, so its place can't change. */
  readonly changes: readonly Change[];
}

const isoTime = /"\d{4}-\d\d-\d\dT[\d:.]+Z"/.source;
const touched = new RegExp(`plan: updated was ${isoTime}, is ${isoTime}\\.`);
const services: Readonly<Record<string, Service>> = {
  clickup: {
    id: (n) => `86changed${n}`,
    title: 'name',
    changes: [
      {
        field: 'title',
        operation: 'update',
        cells: { name: 'Another' },
        told: /title was "\[test\] A task", is "Another"/,
      },
      {
        field: 'status',
        operation: 'set-status',
        cells: { status: 'in progress' },
        told: /status was "[^"]+", is "in progress"/,
      },
      {
        field: 'place',
        operation: 'move',
        cells: { to_list_id: '901000000004' },
        told: /place was "901000000002", is "901000000004"/,
      },
      {
        field: 'assignees',
        operation: 'assign',
        cells: { assignees: '81234568' },
        told: /assignees was "", is "[^"]+"/,
      },
      { field: 'updated', operation: 'update', cells: { description: 'More' }, told: touched },
    ],
  },
  tallyfy: {
    id: (n) => n.toString(16).padStart(32, 'e'),
    title: 'title',
    changes: [
      {
        field: 'title',
        operation: 'update',
        cells: { title: 'Another' },
        told: /title was "\[test\] A task", is "Another"/,
      },
      { field: 'status', operation: 'complete', cells: {}, told: /status was "[^"]+", is "completed"/ },
      {
        field: 'assignees',
        operation: 'update',
        cells: { owners: '{"users":[777]}' },
        told: /assignees was "[^"]*", is "777"/,
      },
      { field: 'updated', operation: 'update', cells: { summary: 'More' }, told: touched },
    ],
  },
  bitrix24: {
    id: (n) => String(900 + n),
    title: 'title',
    changes: [
      {
        field: 'title',
        operation: 'update',
        cells: { title: 'Another' },
        told: /title was "\[test\] A task", is "Another"/,
      },
      { field: 'status', operation: 'defer', cells: {}, told: /status was "pending", is "deferred"/ },
      { field: 'place', operation: 'update', cells: { group_id: '12' }, told: /place was empty, is "12"/ },
      { field: 'assignees', operation: 'update', cells: { responsible_id: '3' }, told: /assignees was "1", is "3"/ },
      { field: 'updated', operation: 'update', cells: { description: 'More' }, told: touched },
    ],
  },
};

const reportSchema = z
  .object({
    _state: z.string(),
    _outcome: z.string().nullable(),
    _error_code: z.string().nullable(),
    _message: z.string().nullable(),
  })
  .loose();

async function planDeletes(provider: string, ids: readonly string[]): Promise<string> {
  sandbox.fill(ids.map((task_id) => target(provider, 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'rows.csv'), `task_id\n${ids.join('\n')}\n`);
  const scope = ['--provider', provider, '--operation', 'delete', '--rate', '0', '--no-progress'];
  return /Plan (\S+)/.exec((await here('plan', 'rows.csv', ...scope)).stdout)?.[1] ?? 'none';
}

async function applied(run: string, ...flags: string[]) {
  const { exitCode } = await here('apply', run, '--yes', '--no-progress', '--rate', '0', ...flags);
  const { stdout } = await here('report', run, '--format', 'jsonl');
  const rows = stdout.split('\n').filter((line) => line !== '');
  return { exitCode, rows: rows.map((line) => reportSchema.parse(JSON.parse(line))) };
}

const allFields: ReadonlyArray<Change['field']> = ['title', 'status', 'place', 'assignees', 'updated'];

describe.each(Object.entries(services))('a delete on %s', (provider, { id, changes }) => {
  it('is blocked by a change of each field that matters, and only there', async () => {
    expect(new Set(changes.map(({ field }) => field))).toEqual(
      new Set(allFields.filter((field) => field !== 'place' || provider !== 'tallyfy')),
    );
    const ids = changes.map((_change, n) => id(n));
    const untouched = id(changes.length);
    const run = await planDeletes(provider, [...ids, untouched]);
    // Times are told to the second.
    laterMs += 2_000;
    for (const [n, { operation, cells }] of changes.entries()) {
      await other.change(provider, operation, { task_id: id(n), ...cells });
    }
    const { exitCode, rows } = await applied(run);
    expect(exitCode).toBe(3);
    for (const [n, { told }] of changes.entries()) {
      expect(rows[n]).toMatchObject({ _state: 'blocked', _error_code: 'TARGET_CHANGED' });
      expect(rows[n]?._message).toMatch(told);
    }
    expect(rows.at(-1)).toMatchObject({ _state: 'succeeded', _outcome: 'done' });
    const deleted = [...(await sandbox.effects())].filter(([, kinds]) => kinds.includes('delete'));
    expect(deleted.map(([task]) => task)).toEqual([untouched]);
  });

  it('of a task that somebody else deleted meanwhile succeeds as done already, and sends nothing for it', async () => {
    const run = await planDeletes(provider, [id(1), id(2)]);
    await other.change(provider, 'delete', { task_id: id(1) });
    const { exitCode, rows } = await applied(run);
    expect(exitCode).toBe(0);
    expect(rows.map(({ _state, _outcome }) => [_state, _outcome])).toEqual([
      ['succeeded', 'already'],
      ['succeeded', 'done'],
    ]);
    expect([...(await sandbox.effects()).values()]).toEqual([['delete'], ['delete']]);
  });
});

it('blocks any number of targets that changed, which is no trouble of the service', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => String(960 + n));
  const run = await planDeletes('bitrix24', ids);
  laterMs += 2_000;
  for (const task_id of ids.slice(0, 25)) await other.change('bitrix24', 'update', { task_id, title: 'Another' });
  const { exitCode, rows } = await applied(run, '--stop-after', '20%');
  expect(exitCode).toBe(3);
  expect(rows.map(({ _state }) => _state)).toEqual(ids.map((_id, n) => (n < 25 ? 'blocked' : 'succeeded')));
});

it('blocks the delete of a task that somebody added a subtask to since, which would go with it', async () => {
  const ids = ['86parent1', '86parent2'];
  const run = await planDeletes('clickup', ids);
  const answer = await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/list/901000000002/task`, {
    method: 'POST',
    headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Just begun', parent: ids[0] }),
  });
  expect(answer.status).toBe(200);
  const { exitCode, rows } = await applied(run);
  expect(exitCode).toBe(3);
  expect(rows[0]).toMatchObject({ _state: 'blocked', _error_code: 'TARGET_CHANGED' });
  expect(rows[0]?._message).toMatch(/subtask \w+ was [^,]+, is "Just begun"/);
  expect(rows[1]).toMatchObject({ _state: 'succeeded', _outcome: 'done' });
  const deleted = [...(await sandbox.effects())].filter(([, kinds]) => kinds.includes('delete'));
  expect(deleted.map(([task]) => task)).toEqual([ids[1]]);
});

describe('a delete of a run of Tallyfy', () => {
  const runs = [1, 2, 3, 4].map((n) => n.toString(16).padStart(32, 'd'));

  it('is not done for one that was brought back or touched, and is done already for one that is gone', async () => {
    sandbox.fill(runs.map((run_id) => target('tallyfy', 'delete-run', { run_id })));
    writeFileSync(join(workplace.dir, 'rows.csv'), `run_id\n${runs.join('\n')}\n`);
    const scope = ['--provider', 'tallyfy', '--operation', 'delete-run', '--rate', '0', '--no-progress'];
    const run = /Plan (\S+)/.exec((await here('plan', 'rows.csv', ...scope)).stdout)?.[1] ?? 'none';
    laterMs += 2_000;
    const [back, touchedRun, gone, same] = runs;
    for (const run_id of [back, touchedRun]) await other.change('tallyfy', 'restore-run', { run_id });
    await other.change('tallyfy', 'archive-run', { run_id: touchedRun });
    await other.change('tallyfy', 'delete-run', { run_id: gone });
    const { exitCode, rows } = await applied(run);
    expect(exitCode).toBe(3);
    expect(rows.map(({ _state, _outcome, _error_code }) => [_state, _outcome ?? _error_code])).toEqual([
      ['failed', 'RUN_NOT_ARCHIVED'],
      ['blocked', 'TARGET_CHANGED'],
      ['succeeded', 'already'],
      ['succeeded', 'done'],
    ]);
    const deleted = [...(await sandbox.effects())].filter(([, kinds]) => kinds.includes('delete-run'));
    expect(deleted.map(([id]) => id).sort()).toEqual([gone, same].sort());
  });
});

describe('a snapshot', () => {
  const huge = 'x'.repeat(3_000_000);

  it('that would be too large blocks its row when planning, and nothing is sent for it', async () => {
    sandbox.fill(['86huge1', '86small1'].map((task_id) => target('clickup', 'delete', { task_id })));
    await describeTask('86huge1', huge);
    const run = await planDeletes('clickup', ['86huge1', '86small1']);
    const { exitCode, rows } = await applied(run);
    expect(exitCode).toBe(3);
    expect(rows[0]).toMatchObject({ _state: 'blocked', _error_code: 'SNAPSHOT_TOO_LARGE' });
    expect(rows[0]?._message).toMatch(/too large to be kept .*: 2\.9 MiB|: [3-9]\.\d MiB/);
    const deleted = [...(await sandbox.effects())].filter(([, kinds]) => kinds.includes('delete'));
    expect(deleted.map(([task]) => task)).toEqual(['86small1']);
  });

  it('that is not wanted blocks nothing', async () => {
    sandbox.fill([target('clickup', 'delete', { task_id: '86huge1' })]);
    await describeTask('86huge1', huge);
    const job = 'provider: clickup\noperation: delete\nsnapshot: false\nlimits: { requests_per_minute: 0 }\n';
    writeFileSync(join(workplace.dir, 'job.yaml'), job);
    writeFileSync(join(workplace.dir, 'rows.csv'), 'task_id\n86huge1\n');
    expect((await here('run', 'rows.csv', '--job', './job.yaml', '--yes', '--no-progress')).exitCode).toBe(0);
  });

  async function describeTask(id: string, description: string): Promise<void> {
    const answer = await fetch(`${sandbox.environment.CLICKUP_BASE_URL}/v2/task/${id}`, {
      method: 'PUT',
      headers: { authorization: sandbox.environment.CLICKUP_API_TOKEN ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ description }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
});
