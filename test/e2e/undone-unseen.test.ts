/**
 * Most of what these operations of Tallyfy do can be taken back. What they would overwrite, reopen or resolve beside it,
 * and the plan did not show, blocks them all the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useScene } from '../support/scene.js';

const { here, sandbox, workplace } = useScene();

const quiet = ['--rate', '0', '--no-progress'];

type Row = Readonly<Record<string, string>>;

/** Somebody else's request; what Tallyfy answers under `data`. */
async function ask(method: string, path: string, body?: object) {
  const { TALLYFY_BASE_URL: base, TALLYFY_ORG_ID: organization, TALLYFY_ACCESS_TOKEN: token } = sandbox.environment;
  const answer = await fetch(`${base}/organizations/${organization}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'x-tallyfy-client': 'APIClient',
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return dataSchema.parse(await answer.json()).data;
}

const threadSchema = z.object({
  id: z.string(),
  label: z.string(),
  content: z.string(),
  resolve_id: z.string().nullable(),
});
const dataSchema = z.object({
  data: z
    .object({
      id: z.string(),
      status: z.string().optional(),
      completed_at: z.string().nullish(),
      form_fields: z
        .object({ data: z.array(z.object({ id: z.string(), field_value: z.unknown() }).loose()) })
        .optional(),
      threads: z.object({ data: z.array(threadSchema.loose()) }).optional(),
    })
    .loose(),
});

const newTask = {
  title: 'Invoice',
  task_type: 'task',
  owners: { users: [48213] },
  deadline: '2030-12-16 12:00:00',
};

async function makeTask(): Promise<string> {
  const fields = [{ label: 'Amount', field_type: 'text', required: false }];
  return (await ask('POST', 'tasks', { ...newTask, form_fields: fields })).id;
}

const look = (id: string) => ask('GET', `tasks/${id}?with=form_fields,threads`);

async function fillAmount(id: string, value: string): Promise<void> {
  const field = (await look(id)).form_fields?.data[0]?.id ?? '';
  await ask('PUT', `tasks/${id}`, { ...newTask, taskdata: { [field]: value } });
}

const amountOf = async (id: string) => (await look(id)).form_fields?.data[0]?.field_value;
const report = (id: string, content: string) => ask('POST', `tasks/${id}/problem`, { content });

async function plan(rows: readonly Row[]): Promise<string> {
  const lines = rows.map((row) => JSON.stringify({ provider: 'tallyfy', ...row }));
  writeFileSync(join(workplace.dir, 'rows.jsonl'), `${lines.join('\n')}\n`);
  const { stdout, stderr } = await here('plan', 'rows.jsonl', ...quiet);
  const run = /Plan (\S+)/.exec(stdout)?.[1];
  if (run === undefined) throw new Error(`no plan: ${stdout}${stderr}`);
  return run;
}

const planSchema = z.object({ operations: z.array(z.object({ operation: z.string(), overwriting: z.number() })) });

const reportSchema = z.object({
  _state: z.string(),
  _error_code: z.string().nullable(),
  _message: z.string().nullable(),
});

/** How each row ended, with what is said of it. */
async function apply(run: string): Promise<string[]> {
  await here('apply', run, '--yes', ...quiet);
  const { stdout } = await here('report', run, '--format', 'jsonl');
  const rows = stdout.split('\n').filter((line) => line !== '');
  return rows.map((line) => {
    const { _state, _error_code, _message } = reportSchema.parse(JSON.parse(line));
    return [_state, _error_code, _message].filter((part) => part !== null).join(' ');
  });
}

const changed = (what: string) => `blocked TARGET_CHANGED The target changed since it was read for the plan: ${what}.`;

describe('completing with form fields', () => {
  it('does not overwrite a value that the plan did not show, and overwrites the one that it did', async () => {
    const [newer, same, shown] = [await makeTask(), await makeTask(), await makeTask()];
    await fillAmount(shown, '9');
    const row = (id: string) => ({ operation: 'complete', task_id: id, 'fields.Amount': '5' });
    const run = await plan([row(newer), row(same), row(shown)]);
    await fillAmount(newer, '9');
    await fillAmount(same, '5');
    expect(await apply(run)).toEqual([changed('Amount was empty, is "9"'), 'succeeded', 'succeeded']);
    expect([await amountOf(newer), await amountOf(same), await amountOf(shown)]).toEqual(['9', '5', '5']);
    expect((await look(newer)).status).not.toBe('completed');
    expect((await look(shown)).status).toBe('completed');
  });

  it('is among what overwrites old values where one was there, or may be by then', async () => {
    const tasks = [await makeTask(), await makeTask(), await makeTask(), await makeTask()];
    const [filled = '', empty = '', other = '', behind = ''] = tasks;
    await fillAmount(filled, '9');
    await fillAmount(other, '9');
    const planned = async (rows: readonly Row[]) => {
      const { stdout } = await here('status', await plan(rows), ...['--json']);
      const { operations } = planSchema.parse(JSON.parse(stdout));
      const text = (await here('status', await plan(rows))).stdout;
      return [
        operations.map(({ operation, overwriting }) => [operation, overwriting]),
        /Overwrites .*/.exec(text)?.[0],
      ];
    };
    const row = (id: string) => ({ operation: 'complete', task_id: id, 'fields.Amount': '5' });
    const bare = { operation: 'complete', task_id: other };
    expect(await planned([row(filled), row(empty), bare])).toEqual([
      [['complete', 1]],
      'Overwrites old values: tallyfy.complete (1 row).',
    ]);
    expect(await planned([row(empty), bare])).toEqual([[['complete', 0]], undefined]);
    const [counts] = await planned([{ operation: 'set-fields', task_id: behind, 'fields.Amount': '4' }, row(behind)]);
    expect(counts).toEqual(expect.arrayContaining([['complete', 1]]));
  });

  it('overwrites what a row before it wrote', async () => {
    const id = await makeTask();
    const run = await plan([
      { operation: 'set-fields', task_id: id, 'fields.Amount': '4' },
      { operation: 'complete', task_id: id, 'fields.Amount': '5' },
    ]);
    expect(await apply(run)).toEqual(['succeeded', 'succeeded']);
    expect(await amountOf(id)).toBe('5');
  });
});

describe('reporting a problem', () => {
  it('does not reopen a task that somebody else completed since the plan', async () => {
    const [completed, open] = [await makeTask(), await makeTask()];
    const row = (id: string) => ({ operation: 'report-problem', task_id: id, content: 'Hall is closed' });
    const run = await plan([row(completed), row(open)]);
    await ask('POST', 'completed-tasks', { task_id: completed });
    const before = await look(completed);
    expect(await apply(run)).toEqual([changed('status was "not-started", is "completed"'), 'succeeded']);
    expect(await look(completed)).toEqual(before);
  });

  it('reopens one that was completed when it was reviewed, and one that a row before it completes', async () => {
    const [reviewed, ours] = [await makeTask(), await makeTask()];
    await ask('POST', 'completed-tasks', { task_id: reviewed });
    const run = await plan([
      { operation: 'report-problem', task_id: reviewed, content: 'Hall is closed' },
      { operation: 'complete', task_id: ours },
      { operation: 'report-problem', task_id: ours, content: 'Hall is closed' },
    ]);
    expect(await apply(run)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect([(await look(reviewed)).status, (await look(ours)).status]).toEqual(['in-progress', 'in-progress']);
  });
});

describe('resolving a problem', () => {
  it('leaves one that was reported since the plan, in place of the one that was reviewed', async () => {
    const [swapped, gone] = [await makeTask(), await makeTask()];
    const first = await report(swapped, 'Door is broken');
    const other = await report(gone, 'Door is broken');
    const row = (id: string) => ({ operation: 'resolve-problem', task_id: id, content: 'Door is repaired' });
    const run = await plan([row(swapped), row(gone)]);
    await ask('POST', `tasks/${swapped}/resolved-threads`, { thread_id: first.id, content: 'Mended' });
    await ask('POST', `tasks/${gone}/resolved-threads`, { thread_id: other.id, content: 'Mended' });
    await report(swapped, 'Fire');
    const [one, two] = await apply(run);
    expect(one).toBe(changed('problem was "Door is broken", is "Fire"'));
    expect(two).toMatch(/^succeeded/);
    const contents = async (id: string) => (await look(id)).threads?.data.map(({ content }) => content);
    expect(await contents(swapped)).toEqual(['Door is broken', 'Mended', 'Fire']);
    expect(await contents(gone)).toEqual(['Door is broken', 'Mended']);
  });

  it('takes the one that was reviewed where another one was reported beside it since, and undo reports that', async () => {
    const id = await makeTask();
    await report(id, 'Door is broken');
    const run = await plan([{ operation: 'resolve-problem', task_id: id, content: 'Door is repaired' }]);
    await report(id, 'Fire');
    expect(await apply(run)).toEqual(['succeeded']);
    const open = async () =>
      (await look(id)).threads?.data.flatMap(({ label, content, resolve_id }) =>
        label === 'problem' && resolve_id === null ? content : [],
      );
    expect(await open()).toEqual(['Fire']);
    const { stdout } = await here('undo', run, '-o', 'back.csv', '--force', ...quiet);
    expect(readFileSync(join(workplace.dir, 'back.csv'), 'utf8'), stdout).toContain('Door is broken');
  });

  it('takes none of several that were reported in place of the one that was reviewed', async () => {
    const id = await makeTask();
    const first = await report(id, 'Door is broken');
    const run = await plan([{ operation: 'resolve-problem', task_id: id, content: 'Door is repaired' }]);
    await ask('POST', `tasks/${id}/resolved-threads`, { thread_id: first.id, content: 'Mended' });
    await report(id, 'Fire');
    await report(id, 'Water');
    expect((await apply(run))[0]).toMatch(/^failed SEVERAL_PROBLEMS/);
  });

  it('takes the one that a row before it reports', async () => {
    const id = await makeTask();
    const run = await plan([
      { operation: 'report-problem', task_id: id, content: 'Door is broken' },
      { operation: 'resolve-problem', task_id: id, content: 'Door is repaired' },
    ]);
    expect(await apply(run)).toEqual(['succeeded', 'succeeded']);
  });
});
