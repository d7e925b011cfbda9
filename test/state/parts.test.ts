/** What is a part of what, in a file of many rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeTarget } from '../../src/providers/reading.js';
import { countGoingAlong, goingAlongByPlace, rowsOnParts, writeParts } from '../../src/state/parts.js';
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
  expect([...rowsOnParts(database, [kind])].map(({ number, whole }) => [whole, number])).toEqual([[1, 2]]);
});

test('of many rows with parts it is told without comparing every one with every other', () => {
  fill([{ id: 'top', parts: ['mid'] }]);
  const asked: string[] = [];
  const watched = {
    ...database,
    prepare: (sql: string) => {
      asked.push(sql);
      return database.prepare(sql);
    },
  };
  countGoingAlong(watched, [kind]);
  goingAlongByPlace(watched, [kind]);
  for (const sql of asked) {
    const steps = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all('[]')
      .map((step) => String(Object(step).detail));
    expect(steps.join('\n')).toMatch(/SEARCH target USING AUTOMATIC COVERING INDEX \(provider=\? AND id=\?\)/);
  }
  expect(asked).toHaveLength(2);
});
