import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { describeTarget } from '../../src/providers/reading.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { insertRows, storeKind } from '../../src/state/row-writes.js';
import { createRunDatabase, openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { keptSnapshot, readSnapshot } from '../../src/state/snapshots.js';
import { textOf } from '../../src/state/values.js';

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

function keep(number: number, raw: JsonObject, title = '', created: string | null = null): void {
  const view = describeTarget({ id: textOf(raw.id) ?? '', title, completed: false, created, updated: created });
  writeReading(database, { number, readAtMs: 1, view, prepared: {}, changes: [], raw });
}

function write(from: number, until: number): void {
  database.transaction(() => {
    for (let number = from; number <= until; number++) keep(number, taskOf(number), `[test] Täsk ${number}`);
  });
}

function storedBytes(number: number): number {
  const row = database.prepare('SELECT length(snapshot) AS bytes FROM reading WHERE number = ?').get(number);
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
      keep(number, { id: 'x', own: idOf(number), rank, ...alike });
    }
  });
  expect(storedBytes(5)).toBeLessThan(storedBytes(7) - 25);
  expect(storedBytes(5)).toBeLessThan(20);
  expect(readSnapshot(database, 5)).toEqual({
    id: 'x',
    own: idOf(5),
    rank: { position: 'below the others', since: 'the migration' },
    ...alike,
  });
});

/** Of a service that tells of a task's times in ms, and of its id in its address. */
const timedOf = (number: number, title: string, createdMs: number): JsonObject => ({
  id: `86a0${number}`,
  name: title,
  created: String(createdMs),
  changed: String(createdMs),
  url: `https://example.com/t/86a0${number}`,
  ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`custom_field_${at}`, null])),
});

test('what the reading says of a target is not kept once more with it', () => {
  const titles = [
    'Räum den Keller auf',
    'Call “Ana” \\ her boss',
    'Order 40 chairs',
    'Paint the door, $& and $1',
    'Sell',
  ];
  database.transaction(() => {
    for (const [at, title] of titles.entries()) {
      const createdMs = Date.UTC(2026, 10, 2 + at, 5 * at, 7 * at, 9, 11 * at);
      keep(2 * at + 1, timedOf(2 * at + 1, title, createdMs), title, new Date(createdMs).toISOString());
    }
  });
  for (const [at, title] of titles.entries()) {
    expect(readSnapshot(database, 2 * at + 1)).toMatchObject({ id: `86a0${2 * at + 1}`, name: title });
    expect(storedBytes(2 * at + 1)).toBeLessThan(20);
  }
});

test.each([
  ['short', 'a'],
  ['long', 'x1y2z3 '.repeat(20_000)],
  ['made of what stands in the way of a text', '"\\\u0001\u0008\ud800$&$1\n","'],
])('a target whose title is %s comes back as it was, and so do those after it', (_what, title) => {
  const times = [null, 'yesterday', '2026-11-22T05:30:00.000Z', '2026-11-22 05:30'];
  database.transaction(() => {
    for (const [at, time] of times.entries()) keep(2 * at + 1, { ...taskOf(2 * at + 1), name: title }, title, time);
    keep(9, taskOf(9), 'Another title');
  });
  for (const at of times.keys())
    expect(readSnapshot(database, 2 * at + 1)).toEqual({ ...taskOf(2 * at + 1), name: title });
  expect(readSnapshot(database, 9)).toEqual(taskOf(9));
});

test('a transaction that is rolled back takes its dictionary with it', () => {
  expect(() =>
    database.transaction(() => {
      keep(1, taskOf(1));
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

test('one of an earlier version, compressed with others that were cut anywhere and with its cells, is read too', () => {
  const [kind = 0] = kinds;
  const others = Buffer.from(JSON.stringify({ name: 'Täsk', rest: 'x1y2'.repeat(9) })).subarray(0, 11);
  const dictionary = Buffer.concat([others, Buffer.from('["id0"]')]);
  const body = deflateRawSync(JSON.stringify({ id: 'id0', name: 'Täsk' }), { dictionary });
  database.prepare('INSERT INTO snapshot_dictionary (id, body) VALUES (?, ?)').run(-kind, others);
  database.prepare('INSERT INTO snapshot (number, body, dictionary) VALUES (1, ?, ?)').run(body, -kind);
  expect(readSnapshot(database, 1)).toEqual({ id: 'id0', name: 'Täsk' });
  write(3, 3);
  expect(readSnapshot(database, 3)).toEqual(taskOf(3));
});

test('one larger than a dictionary comes back whole, and so do those after it', () => {
  const huge = { id: 'huge', text: 'x1y2'.repeat(50_000) };
  database.transaction(() => keep(1, huge));
  write(3, 3);
  expect(readSnapshot(database, 1)).toEqual(huge);
  expect(readSnapshot(database, 3)).toEqual(taskOf(3));
});

test('what is damaged is told as damaged, not as never kept', () => {
  database.transaction(() => keep(1, taskOf(1)));
  database.exec(`UPDATE reading SET snapshot = x'0011'`);
  expect(keptSnapshot(database, 1)).toEqual({ damage: 'What was kept of the target of row 1 is damaged.' });
  expect(keptSnapshot(database, 2)).toEqual({ raw: null });
});
