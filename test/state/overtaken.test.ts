/** Rows on one thing: what those before one changed, and which may not be tried again because others stand behind them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import { overtakenRows } from '../../src/state/overtaken.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { insertRows, storeKind } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { changesBefore } from '../../src/state/twins.js';

let folder: string;
let database: RunDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-overtaken-'));
  database = createRunDatabase(join(folder, 'run.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows on one task, which have come to these states; each changes the field beside it. */
function rows(...ended: readonly (readonly [state: string, field: string])[]): void {
  const kind = storeKind(database, 'clickup', 'update');
  const base = { kind, cells: ['86x'], target: 'clickup:86x', args: '{"task_id":"86x"}', reason: null };
  insertRows(
    database,
    ended.map((_none, at) => ({ ...base, number: at + 1, line: at + 2, state: 'pending' as const })),
  );
  const view = describeTarget({ id: '86x', title: 'T', completed: false });
  database.transaction(() => {
    for (const [at, [state, field]] of ended.entries()) {
      const changes = [{ field, before: 'a', after: `b${at}` }];
      writeReading(database, { number: at + 1, readAtMs: 1, view, prepared: {}, raw: null, changes });
      database.prepare('UPDATE row SET state = ? WHERE number = ?').run(state, at + 1);
    }
  });
}

it.each([
  ['succeeded', true],
  // What may have been set is not set back to what the manifest says before it.
  ['unknown', false],
  ['sending', false],
])('a row that failed is overtaken by a later one that is %s', (state, isCertain) => {
  rows(['failed', 'status'], [state, 'status']);
  expect(overtakenRows(database)).toEqual([{ number: 1, by: 2, isCertain, what: 'status' }]);
});

it('a row that had done a part of its work overtakes, and one that is all to do does not', () => {
  rows(['failed', 'status'], ['pending', 'status']);
  expect(overtakenRows(database)).toEqual([]);
  database.exec(`UPDATE row SET steps = 'fields' WHERE number = 2`);
  expect(overtakenRows(database)).toHaveLength(1);
});

it('what sets something else, failed as well or stands before it overtakes nothing', () => {
  rows(['unknown', 'name'], ['failed', 'name'], ['unknown', 'status'], ['failed', 'name']);
  expect(overtakenRows(database)).toEqual([]);
});

/** The database, and how it looks up what was asked of it last. */
function watched(): { readonly database: RunDatabase; readonly plan: (...values: number[]) => string } {
  let last = '';
  const prepare: RunDatabase['prepare'] = (sql) => {
    last = sql;
    return database.prepare(sql);
  };
  const plan = (...values: number[]) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${last}`)
      .all(...values)
      .map((step) => String(Object(step).detail))
      .join('\n');
  return { database: { ...database, prepare }, plan };
}

it('what rows before one changed on its target is found without a look at all rows above', () => {
  rows(
    ['succeeded', 'status'],
    ['succeeded', 'name'],
    ['failed', 'due'],
    // Its target was changed along by the first one.
    ['succeeded', 'list'],
    // It changes that of the sixth along.
    ['unknown', 'priority'],
    ['pending', 'status'],
    ['succeeded', 'points'],
  );
  database.exec(`UPDATE reading SET after_row = 1 WHERE number IN (2, 3, 4, 6, 7);
    INSERT INTO turn (number, behind) VALUES (4, 1), (6, 5);`);
  const { database: eyed, plan } = watched();
  expect(changesBefore(eyed, 6, 1).map(({ field }) => field)).toEqual(['status', 'name', 'priority']);
  expect(plan(6, 1)).toContain('USING COVERING INDEX reading_after_row (after_row=? AND rowid<?)');
  expect(plan(6, 1)).not.toMatch(/SCAN (?:reading|row|reread|turn)/);
});
