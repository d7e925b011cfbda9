import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateError } from '../../src/errors.js';
import { createJournal } from '../../src/state/journal.js';
import { migrations } from '../../src/state/migrations.js';
import { countByState, countRows, pendingRows, sendingRows } from '../../src/state/row-reads.js';
import { insertRows, type RowResult, storeKind, writeRowResult } from '../../src/state/row-writes.js';
import { createRunDatabase, openRunDatabase, type RunDatabase } from '../../src/state/run-database.js';

const done: RowResult = {
  to: 'succeeded',
  outcome: 'done',
  message: null,
  failure: null,
  httpStatus: 204,
  requestId: 'abc',
  url: null,
  createdId: null,
  finishedAtMs: 2_000,
  requests: 1,
};

let folder: string;
let database: RunDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-state-'));
  database = createRunDatabase(join(folder, 'run.db'));
  const kind = storeKind(database, 'clickup', 'delete');
  insertRows(
    database,
    [1, 2, 3].map((number) => ({
      number,
      line: number + 1,
      kind,
      cells: [`id${number}`],
      target: `clickup:id${number}`,
      args: JSON.stringify({ task_id: `id${number}` }),
      state: 'pending',
      reason: null,
    })),
  );
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What another process would find on the disk now. */
function statesOnDisk() {
  const other = openRunDatabase(join(folder, 'run.db'), 'read');
  try {
    return countByState(countRows(other));
  } finally {
    other.close();
  }
}

describe('the journal', () => {
  it('lets an intent go only once another process can read it from the disk', async () => {
    const journal = createJournal(database, () => {});
    const sent = journal.send(1, 1_000);
    expect(statesOnDisk()).toMatchObject({ pending: 3, sending: 0 });
    await sent;
    expect(statesOnDisk()).toMatchObject({ pending: 2, sending: 1 });
  });

  it('commits intents of one turn together, in one transaction', async () => {
    let commits = 0;
    const counted: RunDatabase = {
      ...database,
      transaction: (work) => {
        commits += 1;
        return database.transaction(work);
      },
    };
    const journal = createJournal(counted, () => {});
    await Promise.all([journal.send(1, 1_000), journal.send(2, 1_000), journal.send(3, 1_000)]);
    expect(commits).toBe(1);
  });

  it('keeps outcomes back for company, and writes them when told to', async () => {
    const journal = createJournal(database, () => {});
    await journal.send(1, 1_000);
    journal.finish(1, 'answered', done);
    expect(statesOnDisk()).toMatchObject({ sending: 1, succeeded: 0 });
    journal.flush();
    expect(statesOnDisk()).toMatchObject({ sending: 0, succeeded: 1 });
  });

  it('refuses to send a row that is not pending, and everything after that', async () => {
    const errors: unknown[] = [];
    const journal = createJournal(database, (error) => errors.push(error));
    await journal.send(1, 1_000);
    await expect(journal.send(1, 1_000)).rejects.toThrow(StateError);
    expect(errors).toHaveLength(1);
    expect(() => journal.finish(1, 'answered', done)).toThrow(StateError);
    await expect(journal.send(2, 1_000)).rejects.toThrow(StateError);
    expect(statesOnDisk()).toMatchObject({ pending: 2, sending: 1 });
  });

  it('counts attempts when they are claimed, and keeps the first start', async () => {
    const journal = createJournal(database, () => {});
    await journal.send(1, 1_000);
    journal.finish(1, 'retry', { ...done, to: 'pending', outcome: null, finishedAtMs: null });
    await journal.send(1, 5_000);
    journal.flush();
    const [row] = sendingRows(database);
    expect(row).toMatchObject({ number: 1, attempts: 2, startedAtMs: 1_000 });
  });
});

describe('row writes', () => {
  it('store no change that the transition table does not list', () => {
    expect(() => writeRowResult(database, 1, 'answered', done)).toThrow(/Row 1 is pending and can't become succeeded/);
    expect(countByState(countRows(database))).toMatchObject({ pending: 3 });
  });

  it('hand out pending rows in manifest order behind a row', () => {
    expect(pendingRows(database, 'clickup', 1, 10).map(({ number }) => number)).toEqual([2, 3]);
    expect(pendingRows(database, 'tallyfy', 0, 10)).toEqual([]);
  });
});

describe('the run database', () => {
  it('refuses a schema newer than it knows, and names both versions', () => {
    database.exec('PRAGMA user_version = 999;');
    expect(() => openRunDatabase(join(folder, 'run.db'), 'write')).toThrow(
      `schema version 999; this taskbatch knows versions up to ${migrations.length}`,
    );
  });

  it('names a file that is no database', () => {
    expect(() => openRunDatabase(join(folder, 'missing.db'), 'read')).toThrow(/There is no run database/);
  });
});
