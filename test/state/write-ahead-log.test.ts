import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAtOneInstant } from '../../src/state/report-reads.js';
import { countRows } from '../../src/state/row-reads.js';
import { writeAttemptNote } from '../../src/state/row-writes.js';
import { createRunDatabase, openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';

let folder: string;
let database: RunDatabase;
let commits: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-wal-'));
  database = createRunDatabase(join(folder, 'run.db'));
  // What is tested is sizes; waiting for the disk would only take time.
  database.exec('PRAGMA synchronous = OFF');
  commits = 0;
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Some 12 kB of the log for each commit. */
function commit(times: number): void {
  for (let time = 0; time < times; time++) {
    commits += 1;
    database.transaction(() => writeAttemptNote(database, commits, 1, 0, 'x'.repeat(6_000)));
  }
}

function logBytes(): number {
  const file = join(folder, 'run.db-wal');
  // Whether the last one to close it leaves it empty or takes it away is the driver's affair.
  return existsSync(file) ? statSync(file).size : 0;
}

const bound = 8_000_000;

test('the write-ahead log of a long run stays small, also while others look on again and again', () => {
  let most = 0;
  for (let look = 0; look < 40; look++) {
    commit(100);
    const onlooker = openRunDatabase(join(folder, 'run.db'), 'read');
    countRows(onlooker);
    onlooker.close();
    most = Math.max(most, logBytes());
  }
  expect(statSync(join(folder, 'run.db')).size).toBeGreaterThan(4 * bound - bound);
  expect(most).toBeLessThan(bound);
});

test('it grows while one reader holds on to an old state, and no further once that one has let go', () => {
  const reader = openRunDatabase(join(folder, 'run.db'), 'read');
  readAtOneInstant(reader);
  countRows(reader);
  commit(1_500);
  const held = logBytes();
  expect(held).toBeGreaterThan(bound);
  reader.close();
  commit(3_000);
  expect(logBytes()).toBeLessThanOrEqual(held + bound);
  database.close();
  expect(logBytes()).toBe(0);
  database = openRunDatabase(join(folder, 'run.db'), 'write');
});
