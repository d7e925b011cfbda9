/** `undo` and `verify` of a run whose `run.db` was edited or damaged: nothing untrue is put back, and the rest is. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../src/state/sqlite.js';
import { coverageOf, openRoundTrip, type RoundTrip } from '../undo/round-trip.js';

let trip: RoundTrip;
beforeEach(async () => {
  trip = await openRoundTrip();
});
afterEach(() => trip.close());

/** So many that the rows are sealed in two parts. */
const rows = 501;
const idOf = (number: number) => `86t${number}`;

async function deleteAll(): Promise<string> {
  for (let number = 1; number <= rows; number += 1) {
    trip.fill('clickup', 'delete', { task_id: idOf(number), list_id: '901000000001', name: `Task ${number}` });
  }
  const numbers = Array.from({ length: rows }, (_, at) => at + 1);
  return trip.run(
    'clickup',
    numbers.map((number) => ({ operation: 'delete', task_id: idOf(number) })),
  );
}

function edit(run: string, sql: string): void {
  const database = openSqlite(join(trip.workplace.dir, '.taskbatch', 'runs', run, 'run.db'));
  database.exec(sql);
  database.close();
}

it.each([
  ['what was read of a target', `UPDATE reading SET title = 'Forged' WHERE number = 501`],
  [
    'what it has in common with others',
    `UPDATE reading SET pattern = (SELECT min(id) FROM pattern) WHERE number = 501`,
  ],
  ['a reading that is no JSON', `UPDATE reading SET pattern = NULL, view = 'x' WHERE number = 501`],
  ['what a row was to do', `UPDATE source SET args = '{"task_id":"86t1"}' WHERE number = 501`],
  ['a snapshot', `UPDATE reading SET snapshot = x'00' WHERE number = 501`],
  ['a snapshot that is gone', 'UPDATE reading SET snapshot = NULL WHERE number = 501'],
  ['what a row came to', `UPDATE row SET outcome = 'settled' WHERE number = 501`],
  ['when a row was done', 'UPDATE row SET finished_at = finished_at + 1 WHERE number = 501'],
  ['the sum over what rows came to', `UPDATE seal SET outcomes = 'x' WHERE part = 1`],
  ['a sum', `UPDATE seal SET sum = 'x' WHERE part = 1`],
])(
  'leaves rows out beside which there is an edit of %s, and takes the others back',
  async (_what, sql) => {
    const run = await deleteAll();
    edit(run, sql);
    const undone = await trip.undo(run, [], [3]);
    expect(undone.rows).toMatchObject({ part: 499, none: 2 });
    expect([coverageOf(undone, 499), coverageOf(undone, 500), coverageOf(undone, 501)]).toEqual([
      'part',
      'none',
      'none',
    ]);
    expect(undone.groups.find(({ coverage }) => coverage === 'none')?.words[0]).toMatch(
      /^What run\.db holds of it is not as it was planned/,
    );
    expect(await trip.verify(run)).toEqual({ holds: 499, reverted: 0, unsure: 2 });
  },
  60_000,
);

it('leaves all rows out where an operation was renamed, and where the settings were', async () => {
  trip.fill('clickup', 'archive', { task_id: '86one' });
  const run = await trip.run('clickup', [{ operation: 'archive', task_id: '86one' }]);
  edit(run, `UPDATE kind SET operation = 'delete'`);
  expect((await trip.undo(run, [], [3])).rows).toMatchObject({ whole: 0, none: 1 });
  edit(
    run,
    `UPDATE kind SET operation = 'archive'; UPDATE run SET record = json_set(record, '$.settings.snapshot', json('true'))`,
  );
  expect((await trip.undo(run, [], [3])).rows).toMatchObject({ whole: 0, none: 1 });
});

it('deletes nothing that the run did not make, whatever id was put in the place of what it made', async () => {
  trip.fill('clickup', 'delete', { task_id: '86victim', list_id: '901000000001', title: 'VIC' });
  const run = await trip.run('clickup', [{ operation: 'create', list_id: '901000000001', name: 'VIC' }]);
  edit(run, `UPDATE row SET created_id = '86victim'`);
  expect((await trip.undo(run, [], [3])).rows).toMatchObject({ whole: 0, part: 0, none: 1 });
});

it('puts nothing back for a row that is made to look as if it had been done', async () => {
  trip.fill('clickup', 'archive', { task_id: '86one' });
  trip.fill('clickup', 'unarchive', { task_id: '86two' });
  const rows = [
    { operation: 'archive', task_id: '86one' },
    { operation: 'archive', task_id: '86two' },
  ];
  const run = await trip.run('clickup', rows);
  edit(run, `UPDATE row SET state = 'succeeded', outcome = 'done' WHERE number = 2`);
  expect((await trip.undo(run, [], [3])).rows).toMatchObject({ whole: 0, none: 2 });
});

it('trusts what a person has resolved, and a run that was gone on with', async () => {
  trip.fill('clickup', 'archive', { task_id: '86one' });
  const run = await trip.run('clickup', [{ operation: 'archive', task_id: '86one' }]);
  edit(run, `UPDATE seal SET outcomes = NULL`);
  expect((await trip.undo(run, [], [0])).rows).toMatchObject({ whole: 1, none: 0 });
});
