/** The column `unchanged_since`: a list that was made days ago does not act on what was changed since. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRoundTrip, type RoundTrip } from '../undo/round-trip.js';

let trip: RoundTrip;
beforeEach(async () => {
  trip = await openRoundTrip();
});
afterEach(() => trip.close());

const long = '2099-01-01T00:00:00Z';
const past = '2020-01-01 00:00:00';

function write(name: string, lines: readonly string[]): string {
  writeFileSync(join(trip.workplace.dir, name), `${lines.join('\n')}\n`);
  return name;
}

it('blocks a row whose target was changed later, does the others, and may be mapped to any column', async () => {
  for (const task_id of ['86one', '86two', '86three']) trip.fill('clickup', 'archive', { task_id });
  const file = write('rows.csv', [
    'provider,operation,task_id,date_updated',
    `clickup,archive,86one,${past}`,
    `clickup,archive,86two,${long}`,
    'clickup,archive,86three,',
  ]);
  const { states, run } = await trip.runFile(file, ['--columns', 'unchanged_since=date_updated'], [3]);
  expect(states).toMatchObject({ succeeded: 2, blocked: 1 });
  const [first] = await trip.report(run);
  expect(first).toMatchObject({
    _state: 'blocked',
    _message: expect.stringMatching(/was changed at .+; unchanged_since is 2020-01-01T00:00:00\.000Z\.$/),
  });
  expect((await trip.hold('clickup', '86one')).archived).toBe(false);
});

it.each(['csv', 'jsonl'])('takes the Unix milliseconds in which ClickUp tells times: %s', async (format) => {
  const tasks = [
    ['86one', Date.parse('2020-01-01T00:00:00Z')],
    ['86two', Date.parse(long)],
  ] as const;
  for (const [task_id] of tasks) trip.fill('clickup', 'archive', { task_id });
  const lines =
    format === 'csv'
      ? ['provider,operation,task_id,date_updated', ...tasks.map(([id, ms]) => `clickup,archive,${id},${ms}`)]
      : tasks.map(([task_id, date_updated]) =>
          JSON.stringify({ provider: 'clickup', operation: 'archive', task_id, date_updated }),
        );
  const file = write(`rows.${format}`, lines);
  const { states, run } = await trip.runFile(file, ['--columns', 'unchanged_since=date_updated'], [3]);
  expect(states).toMatchObject({ succeeded: 1, blocked: 1 });
  const [first] = await trip.report(run);
  expect(first).toMatchObject({
    _message: expect.stringMatching(/was changed at .+; unchanged_since is 2020-01-01T00:00:00\.000Z\.$/),
  });
});

it('says of a row that has nothing left to do that it is so already, whenever its target was changed', async () => {
  trip.fill('clickup', 'archive', { task_id: '86one' });
  const file = write('rows.csv', ['provider,operation,task_id,unchanged_since', `clickup,archive,86one,${long}`]);
  await trip.runFile(file);
  const again = write('again.csv', ['provider,operation,task_id,unchanged_since', `clickup,archive,86one,${past}`]);
  expect((await trip.runFile(again)).states).toMatchObject({ skipped: 1 });
});

it.each([
  ['what is no date', 'clickup,archive,86one,,last week', [], 'unchanged_since "last week": is no date'],
  ['Unix seconds', 'clickup,archive,86one,,1795981504', [], 'unchanged_since "1795981504": is no date'],
  ['what is still to be made', `clickup,create,,901000000001,${long}`, [], 'what the row acts on is not there yet'],
  ['what nothing looks at', `clickup,archive,86one,,${long}`, ['--look', 'none'], 'nothing looks at the targets'],
])('refuses %s, with its line and what to do', async (_what, row, flags, words) => {
  const file = write('rows.csv', ['provider,operation,task_id,list_id,unchanged_since,name', `${row},A name`]);
  const { exitCode, stderr } = await trip.bin(['plan', file, '--rate', '0', ...flags]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('rows.csv:2');
  expect(stderr).toContain(words);
});
