import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertRows, storeKind } from '../../src/state/row-writes.js';
import { createRunDatabase, openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { keptSnapshot, readSnapshot, writeSnapshot } from '../../src/state/snapshots.js';

let folder: string;
let database: RunDatabase;
let kinds: number[];
const rows = 40;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-state-'));
  database = createRunDatabase(join(folder, 'run.db'));
  kinds = ['clickup', 'tallyfy'].map((provider) => storeKind(database, provider, 'delete'));
  insertRows(
    database,
    Array.from({ length: rows }, (_, at) => ({
      number: at + 1,
      line: at + 2,
      kind: kinds[at % 2] ?? 0,
      cells: [`id${at}`],
      target: `id${at}`,
      args: '{}',
      state: 'pending',
      reason: null,
    })),
  );
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As services send them: much that is the same, and some that is not. */
const taskOf = (number: number) => ({
  id: `86a${number}`,
  name: `[test] Täsk ${number}`,
  service: number % 2 === 1 ? 'clickup' : 'tallyfy',
  ...Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`custom_field_${at}`, { type: 'text', value: null }])),
});

const rowOf = (number: number) => ({ number, kind: kinds[(number - 1) % 2] ?? 0, cells: `["id${number - 1}"]` });

function write(from: number, until: number): void {
  database.transaction(() => {
    for (let number = from; number <= until; number++) writeSnapshot(database, rowOf(number), taskOf(number));
  });
}

function storedBytes(number: number): number {
  const row = database.prepare('SELECT length(body) AS bytes FROM snapshot WHERE number = ?').get(number);
  return typeof row === 'object' && row !== null && 'bytes' in row ? Number(row.bytes) : Number.NaN;
}

test('each comes back as it was, also those that another process wrote and reads', () => {
  write(1, 20);
  database.close();
  database = openRunDatabase(join(folder, 'run.db'), 'write');
  write(21, rows);
  database.close();
  database = openRunDatabase(join(folder, 'run.db'), 'read');
  for (let number = 1; number <= rows; number++) expect(readSnapshot(database, number)).toEqual(taskOf(number));
});

test('those of one operation take a small part of what each would take alone', () => {
  write(1, rows);
  const alone = deflateRawSync(JSON.stringify(taskOf(rows))).length;
  expect(storedBytes(rows)).toBeLessThan(alone / 2);
});

test('what the row itself says is not kept once more, and what differs among the first two hardly', () => {
  const idOf = (number: number) => createHash('sha256').update(`${number}`).digest('hex');
  const alike = { settings: 'x1y2z3'.repeat(9), people: [] };
  database.exec('PRAGMA synchronous = OFF');
  const cells = database.prepare('UPDATE source SET cells = ? WHERE number = ?');
  database.transaction(() => {
    for (const number of [1, 3, 5, 7]) {
      const rank = number === 1 ? null : { position: 'below the others', since: 'the migration' };
      const own = number === 7 ? '[]' : JSON.stringify([idOf(number)]);
      cells.run(own, number);
      writeSnapshot(database, { ...rowOf(number), cells: own }, { id: idOf(number), rank, ...alike });
    }
  });
  expect(storedBytes(5)).toBeLessThan(storedBytes(7) - 25);
  expect(storedBytes(5)).toBeLessThan(20);
  expect(readSnapshot(database, 5)).toEqual({
    id: idOf(5),
    rank: { position: 'below the others', since: 'the migration' },
    ...alike,
  });
});

test('a transaction that is rolled back takes its dictionary with it', () => {
  expect(() =>
    database.transaction(() => {
      writeSnapshot(database, rowOf(1), taskOf(1));
      throw new Error('the disk is full');
    }),
  ).toThrow();
  write(3, 3);
  database.close();
  database = openRunDatabase(join(folder, 'run.db'), 'read');
  expect(readSnapshot(database, 1)).toBeNull();
  expect(readSnapshot(database, 3)).toEqual(taskOf(3));
});

test('one of an earlier version, compressed by itself, is read too', () => {
  const body = deflateRawSync(JSON.stringify({ id: 'old' }));
  database.prepare('INSERT INTO snapshot (number, body) VALUES (?, ?)').run(1, body);
  expect(readSnapshot(database, 1)).toEqual({ id: 'old' });
});

test('one larger than a dictionary comes back whole, and so do those after it', () => {
  const huge = { id: 'huge', text: 'x1y2'.repeat(50_000) };
  database.transaction(() => writeSnapshot(database, rowOf(1), huge));
  write(3, 3);
  expect(readSnapshot(database, 1)).toEqual(huge);
  expect(readSnapshot(database, 3)).toEqual(taskOf(3));
});

test('what is damaged is told as damaged, not as never kept', () => {
  database.transaction(() => writeSnapshot(database, rowOf(1), taskOf(1)));
  database.exec(`UPDATE snapshot SET body = x'0011'`);
  expect(keptSnapshot(database, 1)).toEqual({ damage: 'What was kept of the target of row 1 is damaged.' });
  expect(keptSnapshot(database, 2)).toEqual({ raw: null });
});
