import { fstatSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateError } from '../../src/errors.js';
import { createJournal } from '../../src/state/journal.js';
import { createLogSync } from '../../src/state/log-sync.js';
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
  completedAtMs: null,
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

describe('the sync of the journal', () => {
  /** Syncs that end when the test says so. */
  function createHeldSync() {
    const held: { readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
    return {
      held,
      log: {
        sync: () => new Promise<void>((end, fail) => held.push({ end, fail })),
        close: () => {},
      },
    };
  }
  const turn = () => new Promise(setImmediate);

  it('is awaited by an intent, though it is committed, and not hurried by flush', async () => {
    const { held, log } = createHeldSync();
    const journal = createJournal(database, () => {}, log);
    const gone: number[] = [];
    const sent = journal.send(1, 1_000).then(() => gone.push(1));
    journal.flush();
    expect(statesOnDisk()).toMatchObject({ sending: 1 });
    await turn();
    await turn();
    expect(gone).toEqual([]);
    held[0]?.end();
    await sent;
    expect(gone).toEqual([1]);
    await journal.close();
  });

  it('takes along what gathers while another is under way, and no more than that', async () => {
    const { held, log } = createHeldSync();
    const journal = createJournal(database, () => {}, log);
    const gone: number[] = [];
    const send = (number: number) => journal.send(number, 1_000).then(() => gone.push(number));
    const first = send(1);
    await turn();
    const others = [send(2), send(3)];
    await turn();
    expect(held).toHaveLength(1);
    held[0]?.end();
    await first;
    await turn();
    expect(gone).toEqual([1]);
    expect(held).toHaveLength(2);
    held[1]?.end();
    await Promise.all(others);
    expect(gone).toEqual([1, 2, 3]);
    expect(held).toHaveLength(2);
    await journal.close();
  });

  it('waits for company with an intent that is in no hurry, until one comes that is', async () => {
    const { held, log } = createHeldSync();
    const journal = createJournal(database, () => {}, log);
    const gone: number[] = [];
    const unhurried = [1, 2].map((number) => journal.send(number, 1_000, 'none').then(() => gone.push(number)));
    await turn();
    expect(held).toHaveLength(0);
    expect(statesOnDisk()).toMatchObject({ pending: 3 });
    const hurried = journal.send(3, 1_000);
    await turn();
    expect(held).toHaveLength(1);
    expect(statesOnDisk()).toMatchObject({ sending: 3 });
    expect(gone).toEqual([]);
    held[0]?.end();
    await Promise.all([...unhurried, hurried]);
    await journal.close();
  });

  it('comes for an intent in no hurry by itself, and when what it wrote is to be read', async () => {
    const { held, log } = createHeldSync();
    const journal = createJournal(database, () => {}, log);
    const first = journal.send(1, 1_000, 'none');
    while (held.length === 0) await turn();
    const second = journal.send(2, 1_000, 'none');
    journal.flush();
    expect(statesOnDisk()).toMatchObject({ sending: 2 });
    await turn();
    expect(held).toHaveLength(1);
    held[0]?.end();
    await first;
    await turn();
    held[1]?.end();
    await second;
    await journal.close();
  });

  it('that fails takes intents in no hurry along', async () => {
    const { held, log } = createHeldSync();
    const journal = createJournal(database, () => {}, log);
    const first = expect(journal.send(1, 1_000)).rejects.toThrow('EIO');
    await turn();
    const second = expect(journal.send(2, 1_000, 'none')).rejects.toThrow('EIO');
    held[0]?.fail(new StateError('EIO'));
    await Promise.all([first, second]);
    await journal.close();
  });

  it('that fails lets nothing go that waited for it, and nothing after it', async () => {
    const { held, log } = createHeldSync();
    const errors: unknown[] = [];
    const journal = createJournal(database, (error) => errors.push(error), log);
    const waiting = [expect(journal.send(1, 1_000)).rejects.toThrow('EIO')];
    await turn();
    waiting.push(expect(journal.send(2, 1_000)).rejects.toThrow('EIO'));
    held[0]?.fail(new StateError('EIO'));
    await Promise.all(waiting);
    expect(errors).toHaveLength(1);
    await expect(journal.send(3, 1_000)).rejects.toThrow('EIO');
    await journal.close();
  });

  it('comes with each commit again once the journal is closed', async () => {
    const mode = () => database.prepare('PRAGMA synchronous').get();
    const journal = createJournal(database, () => {});
    expect(mode()).toMatchObject({ synchronous: 1 });
    await journal.send(1, 1_000);
    journal.finish(1, 'answered', done);
    await journal.close();
    expect(mode()).toMatchObject({ synchronous: 2 });
    expect(statesOnDisk()).toMatchObject({ succeeded: 1 });
  });

  it('is one of the write-ahead log', async () => {
    const synced: number[] = [];
    const log = createLogSync(database, async (file) => {
      synced.push(fstatSync(file).ino);
    });
    const journal = createJournal(database, () => {}, log);
    await journal.send(1, 1_000);
    await journal.close();
    expect(synced).toEqual([statSync(join(folder, 'run.db-wal')).ino]);
  });

  it('that the system refuses is told with the file and what to do', async () => {
    const log = createLogSync({ ...database, path: join(folder, 'gone.db') });
    await expect(log.sync()).rejects.toThrow(/gone\.db-wal/);
    log.close();
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
