/** What is a part of what, in a file of many rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import { unnamedParts } from '../../src/state/gone-along.js';
import { countGoingAlong, goingAlongByPlace, rowsOnParts, rowsTakingAlong, writeParts } from '../../src/state/parts.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { insertRows, storeKind } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';

let folder: string;
let database: RunDatabase;
let kind = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-parts-'));
  database = createRunDatabase(join(folder, 'run.db'));
  kind = storeKind(database, 'clickup', 'delete');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const view = (id: string, partOf: readonly string[] = []) =>
  describeTarget({ id, title: id, completed: false, placeId: 'L', partOf });

/** Rows that delete things, each with what was read of it. */
function fill(rows: ReadonlyArray<{ readonly id: string; readonly parts?: readonly string[] }>): void {
  insertRows(
    database,
    rows.map(({ id }, at) => ({
      ...{ number: at + 1, line: at + 2, kind, cells: [], target: `clickup:${id}`, args: '{}' },
      ...{ state: 'pending' as const, reason: null, template: null, unchangedSinceMs: null },
    })),
  );
  database.transaction(() => {
    for (const [at, { id, parts = [] }] of rows.entries()) {
      const target = view(id);
      writeReading(database, { number: at + 1, readAtMs: 1, view: target, prepared: {}, changes: [], raw: null });
      writeParts(
        database,
        'clickup',
        target,
        parts.map((part) => view(part, [id])),
      );
    }
  });
}

test('things go along at any depth, each once, and not those that have rows of their own', () => {
  fill([
    { id: 'top', parts: ['mid', 'x'] },
    { id: 'mid', parts: ['low'] },
    { id: 'other', parts: ['x'] },
  ]);
  expect(countGoingAlong(database, [kind])).toBe(2);
  expect(goingAlongByPlace(database, [kind])).toEqual([{ provider: 'clickup', placeId: 'L', things: 2 }]);
  expect(rowsTakingAlong(database, [kind], 2)).toEqual({
    rows: 3,
    first: [
      { number: 1, line: 2 },
      { number: 2, line: 3 },
    ],
  });
  expect([...rowsOnParts(database, [kind])].map(({ number, whole }) => [whole, number])).toEqual([[1, 2]]);
});

/** How the database looks up what is asked of it. */
function planOf(ask: (database: RunDatabase) => void): string[] {
  const asked: string[] = [];
  const prepare: RunDatabase['prepare'] = (sql) => {
    asked.push(sql);
    return database.prepare(sql);
  };
  ask({ ...database, prepare });
  return asked.map((sql) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((step) => String(Object(step).detail))
      .join('\n'),
  );
}

test('of many rows with parts it is told without comparing every one with every other', () => {
  fill([{ id: 'top', parts: ['mid'] }]);
  const plans = planOf((watched) => {
    countGoingAlong(watched, [kind]);
    goingAlongByPlace(watched, [kind]);
  });
  for (const plan of plans)
    expect(plan).toMatch(/SEARCH target USING AUTOMATIC COVERING INDEX \(provider=\? AND id=\?\)/);
  expect(plans).toHaveLength(2);
});

test('a part that no row names is told once, with its last change, and found without a look at all parts', () => {
  fill([{ id: 'top', parts: ['mid'] }, { id: 'old' }]);
  database.transaction(() => {
    writeParts(database, 'clickup', view('top'), [{ ...view('low', ['mid']), updated: '2026-11-22T08:00:00.000Z' }]);
    writeParts(database, 'clickup', view('elsewhere'), [{ ...view('low'), updated: '2026-11-22T09:00:00.000Z' }]);
    database.exec('UPDATE source SET unchanged_since = 5');
  });
  expect(unnamedParts(database, [kind], [1, 2])).toEqual([
    { whole: 1, id: 'low', updated: '2026-11-22T09:00:00.000Z', unchangedSinceMs: 5 },
    { whole: 1, id: 'mid', updated: null, unchangedSinceMs: 5 },
  ]);
  expect(unnamedParts(database, [kind], [2])).toEqual([]);
  const [plan] = planOf((watched) => unnamedParts(watched, [kind], [1]));
  expect(plan).toMatch(/SEARCH (?:along|part_time) USING AUTOMATIC COVERING INDEX \(.*id=\?/);
  expect(plan).not.toMatch(/SEARCH part USING PRIMARY KEY \(provider=\?\)/);
  expect(plan).toMatch(/SEARCH target USING AUTOMATIC COVERING INDEX \(provider=\? AND id=\?\)/);
});
