import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateError } from '../../src/errors.js';
import { localFailure } from '../../src/failure.js';
import { writeFileAtomically } from '../../src/report/atomic-file.js';
import { csv } from '../../src/report/csv.js';
import { writeRunReports } from '../../src/report/write-reports.js';
import { doneResult, failedResult } from '../../src/run/row-end.js';
import { reportRows } from '../../src/state/report-reads.js';
import { insertRows, markSending, storeKind, writeRowResult } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { type RunFolder, runFolder } from '../../src/state/run-folder.js';
import { collect, contextOf } from './kit.js';

const page = { operations: [], only: null, course: null, limits: new Map() };
const context = { ...contextOf('Task ID', 'Note'), page };
let folder: RunFolder;
let database: RunDatabase;
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'report-'));
  folder = runFolder(home, 'run');
  mkdirSync(folder.path, { recursive: true });
  database = createRunDatabase(folder.database);
  const kind = storeKind(database, 'clickup', 'delete');
  insertRows(
    database,
    [1, 2].map((number) => ({
      number,
      line: number + 1,
      kind,
      cells: [`86abc${number}`, '=1+1'],
      target: `clickup:86abc${number}`,
      args: '{}',
      state: 'pending' as const,
      reason: null,
    })),
  );
  for (const number of [1, 2]) markSending(database, number, 1_000);
});

afterEach(() => {
  database.close();
  rmSync(home, { recursive: true, force: true });
});

function succeed(number: number): void {
  const done = {
    outcome: 'done',
    httpStatus: 204,
    requestId: null,
    message: null,
    url: null,
    createdId: null,
  } as const;
  writeRowResult(database, number, 'answered', doneResult(done, 'done', 2_000, 1));
}

function fail(number: number): void {
  const failure = localFailure('NOT_FOUND', 'TASK_NOT_FOUND', 'There is no such task.', 'Check the id.');
  writeRowResult(database, number, 'answered', failedResult(failure, 2_000, 1));
}

function files(): string[] {
  return readdirSync(folder.path).filter((name) => !name.startsWith('run.'));
}

test('all files are written from the state, readable by their owner only', async () => {
  succeed(1);
  fail(2);
  const written = await writeRunReports(database, folder, context);
  expect(written).toEqual({
    report: folder.file('report.csv'),
    failed: folder.file('failed.csv'),
    page: folder.file('report.html'),
  });
  const lines = readFileSync(written.report, 'utf8').split('\n');
  expect(lines[1]).toMatch(/^86abc1,'=1\+1,1,2,clickup,delete,86abc1,succeeded,done,204,/);
  expect(lines[2]).toMatch(
    /^86abc2,'=1\+1,2,3,clickup,delete,86abc2,failed,,,NOT_FOUND,TASK_NOT_FOUND,There is no such task\.,/,
  );
  expect(readFileSync(folder.file('failed.csv'), 'utf8')).toBe('Task ID,Note\n86abc2,=1+1\n');
  expect(statSync(written.report).mode & 0o777).toBe(0o600);
  expect(statSync(folder.file('failed.csv')).mode & 0o777).toBe(0o600);
  expect(statSync(folder.file('report.html')).mode & 0o777).toBe(0o600);
  expect(files().sort()).toEqual(['failed.csv', 'report.csv', 'report.html']);
});

test('without failed rows there is no failed.csv, and an old one is removed', async () => {
  writeFileSync(folder.file('failed.csv'), 'old');
  writeFileSync(folder.file('report.csv'), 'old', { mode: 0o644 });
  succeed(1);
  expect(await writeRunReports(database, folder, context)).toMatchObject({
    report: folder.file('report.csv'),
    failed: null,
  });
  expect(files().sort()).toEqual(['report.csv', 'report.html']);
  expect(statSync(folder.file('report.csv')).mode & 0o777).toBe(0o600);
  // A row in the air is in the report too: nothing is lost.
  expect(readFileSync(folder.file('report.csv'), 'utf8').split('\n')[2]).toContain(',sending,');
});

test('rows written together with the page make the same report.csv as alone', async () => {
  succeed(1);
  fail(2);
  const { report } = await writeRunReports(database, folder, context);
  const alone = collect();
  await csv.write(reportRows(database, null), context, alone);
  expect(readFileSync(report, 'utf8')).toBe(alone.text());
});

test('a page that can’t be written is told, and keeps no other file from being written', async () => {
  fail(1);
  mkdirSync(folder.file('report.html'));
  const error = await writeRunReports(database, folder, context).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ where: folder.file('report.html'), code: 'NOT_WRITABLE' });
  expect(readFileSync(folder.file('report.csv'), 'utf8')).toContain('86abc1');
  expect(files().sort()).toEqual(['failed.csv', 'report.csv', 'report.html']);
});

test('a report that breaks off leaves the old file and nothing else', async () => {
  const path = folder.file('report.csv');
  writeFileSync(path, 'old');
  const broken = writeFileAtomically(path, async (output) => {
    output.write('half');
    throw new Error('state is gone');
  });
  await expect(broken).rejects.toThrow('state is gone');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(files()).toEqual(['report.csv']);
});

test('a folder that is gone is told with its path and what to do', async () => {
  const path = join(home, 'gone', 'report.csv');
  const error = await writeFileAtomically(path, async () => undefined).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StateError);
  expect(error).toMatchObject({ where: path, code: 'NOT_WRITABLE', fix: expect.stringContaining('taskbatch report') });
  expect(existsSync(path)).toBe(false);
});
