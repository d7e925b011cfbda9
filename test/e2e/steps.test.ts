/** Rows of several writes, killed between them: what is finished is not sent again, and nothing is left out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type Finished, runBin, startBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const taskId = 'a'.repeat(32);
const runId = 'b'.repeat(32);

const { sandbox, workplace } = useScene({ factor: 8 });

beforeEach(() => {
  const values = { task_id: taskId, run_id: runId, fields: { Amount: '120', Note: 'Paid' } };
  sandbox.fill([target('tallyfy', 'complete', values)]);
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id,fields.Amount,fields.Note\n${taskId},120,Paid\n`);
});

const flags = ['--provider', 'tallyfy', '--operation', 'complete', '--rate', '0', '--yes', '--no-progress'];

/** The writes that the service received, by their routes. */
async function writes(): Promise<string[]> {
  const { requests } = await sandbox.ledger();
  return requests
    .filter(({ write }) => write)
    .map(({ method, path }) => `${method} ${path.includes('completed-tasks') ? 'completion' : 'fields'}`);
}

async function effects(): Promise<string[]> {
  return (await sandbox.effects()).get(taskId) ?? [];
}

/** Runs the row, kills the process as soon as the service has received the given write, and calms the service down. */
async function killAt(received: string, faultText: string): Promise<void> {
  await sandbox.faults(faultText);
  const { child, finished } = startBin(['run', 'tasks.csv', ...flags], {
    workplace,
    environment: sandbox.environment,
    nodeFlags: sandbox.nodeFlags,
  });
  while (!(await writes()).includes(received) && child.exitCode === null) {
    // Asked again at once: each question is a request of its own.
  }
  child.kill('SIGKILL');
  expect((await finished).signal).toBe('SIGKILL');
  await sandbox.faults('');
}

function resume(): Promise<Finished> {
  return runBin(['resume', '--no-progress'], {
    workplace,
    environment: sandbox.environment,
    nodeFlags: sandbox.nodeFlags,
  });
}

/** The report's cell of the only row. */
function cell(column: string): string | undefined {
  const [header = '', row = ''] = readFileSync(join(workplace.runFolder(), 'report.csv'), 'utf8').split('\n');
  return row.split(',')[header.split(',').indexOf(column)];
}

it.each([
  [
    'before the service saw it',
    'tallyfy:post:hang-before',
    ['PUT fields', 'POST completion', 'POST completion'],
    'done',
  ],
  ['after it took place', 'tallyfy:post:hang-after', ['PUT fields', 'POST completion'], 'settled'],
])('killed during the completion, %s: the fields are not saved again', async (_case, faultText, sent, outcome) => {
  await killAt('POST completion', faultText);
  expect(await resume()).toMatchObject({ exitCode: 0 });
  expect(await writes()).toEqual(sent);
  expect(await effects()).toEqual(['set-fields', 'complete']);
  expect([cell('_state'), cell('_outcome')]).toEqual(['succeeded', outcome]);
});

it.each([
  ['before the service saw them', 'tallyfy:put:hang-before'],
  ['after they were saved', 'tallyfy:put:hang-after'],
])('killed while the fields are on their way, %s: both are sent, each once in effect', async (_case, faultText) => {
  await killAt('PUT fields', faultText);
  expect(await resume()).toMatchObject({ exitCode: 0 });
  expect(await writes()).toEqual(['PUT fields', 'PUT fields', 'POST completion']);
  expect(await effects()).toEqual(['set-fields', 'complete']);
  expect(cell('_state')).toBe('succeeded');
});

it('each request of the row is counted, also where a step was tried again', async () => {
  await sandbox.faults('tallyfy:post:503-before');
  const run = await runBin(['run', 'tasks.csv', ...flags], {
    workplace,
    environment: sandbox.environment,
    nodeFlags: sandbox.nodeFlags,
  });
  expect(run.exitCode).toBe(0);
  expect(await writes()).toEqual(['PUT fields', 'POST completion', 'POST completion']);
  // Three writes, and two readings: only the later one proves that the refused completion had no effect.
  expect([cell('_requests'), cell('_attempts')]).toEqual(['5', '2']);
  const { requests } = await sandbox.ledger();
  // The check of the credential and the planning read are the run's, not the row's.
  expect(requests.length).toBe(5 + 3);
});
