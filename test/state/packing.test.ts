import { statSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import { packReadings } from '../../src/state/packing.js';
import { planRows } from '../../src/state/plan-reads.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { createPlannedRows, type PlannedRows, readAtMs } from '../plan/planned-rows.js';

const many = 9_000;
const page = 100;

let rows: PlannedRows;
beforeEach(() => {
  rows = createPlannedRows();
  rows.database.exec('PRAGMA synchronous = OFF');
  rows.database.transaction(() => {
    const source = rows.database.prepare(
      `INSERT INTO source (number, line, kind, cells, target, args) VALUES (?, ?, 1, '[]', ?, '{}')`,
    );
    const row = rows.database.prepare(`INSERT INTO row (number, kind, state) VALUES (?, 1, 'pending')`);
    rows.database.exec(`INSERT INTO kind VALUES (1, 'clickup', 'delete')`);
    for (let number = 1; number <= many; number++) {
      source.run(number, number + 1, `clickup:86t${number}`);
      row.run(number);
    }
  });
});
afterEach(() => rows.remove());

/** The targets of some rows from `first` on, as a page of a list tells of them. */
function read(first: number): void {
  rows.database.transaction(() => {
    for (let number = first; number < first + page; number++) {
      const view = describeTarget({ id: `86t${number}`, title: `A task, and its number: ${number}`, completed: false });
      writeReading(rows.database, { number, readAtMs, view, prepared: {}, changes: [], raw: null });
    }
  });
}

function fileBytes(): number {
  rows.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return statSync(rows.database.path).size;
}

it('a file whose targets came from the last to the first gets as small as one whose targets came in order', () => {
  const empty = fileBytes();
  for (let first = many - page + 1; first > 0; first -= page) read(first);
  const before = fileBytes();
  packReadings(rows.database);
  expect(fileBytes() - empty).toBeLessThan((before - empty) * 0.7);
  const numbers = [...planRows(rows.database)].map(({ seen }) => Number(seen?.title?.split(': ')[1]));
  expect(numbers).toEqual(Array.from({ length: many }, (_, index) => index + 1));
});

it('a file whose targets came in order is left as it is', () => {
  for (let first = 1; first <= many; first += page) read(first);
  const before = rows.database.prepare('PRAGMA page_count').get();
  rows.database.exec('DELETE FROM row; DELETE FROM source');
  packReadings(rows.database);
  expect(rows.database.prepare('PRAGMA page_count').get()).toEqual(before);
});

it('what is in the way of it does not end the plan', () => {
  for (let first = many - page + 1; first > 0; first -= page) read(first);
  rows.database.transaction(() => packReadings(rows.database));
  expect([...planRows(rows.database)]).toHaveLength(many);
});
