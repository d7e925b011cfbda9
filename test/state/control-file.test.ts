import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openControlDesk, readLiveState, sendCommand } from '../../src/state/control-file.js';
import { type RunFolder, runFolder } from '../../src/state/run-folder.js';
import { openSqlite } from '../../src/state/sqlite.js';

let dir = '';
let folder: RunFolder;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'control-'));
  folder = runFolder(dir, '20261122-0530-delete-7f3a');
  mkdirSync(folder.path, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

const live = { pausedSinceMs: 5, endsAtMs: null, services: [] };

test('a command is taken once, in order, and its answer reaches whoever sent it', () => {
  const desk = openControlDesk(folder);
  const first = sendCommand(folder, 'rate', 40);
  const second = sendCommand(folder, 'stop', null);
  const taken = desk.take();
  expect(taken.map(({ kind, value }) => [kind, value])).toEqual([
    ['rate', 40],
    ['stop', null],
  ]);
  expect(desk.take()).toEqual([]);
  expect(first?.answer()).toBeNull();
  desk.answer(taken[0]?.id ?? 0, 'Done.');
  expect(first?.answer()).toBe('Done.');
  expect(second?.answer()).toBeNull();
  first?.close();
  second?.close();
  desk.close('');
});

test('a command is either withdrawn or taken, never both', () => {
  const desk = openControlDesk(folder);
  const withdrawn = sendCommand(folder, 'pause', null);
  expect(withdrawn?.withdraw()).toBe(true);
  expect(desk.take()).toEqual([]);
  const taken = sendCommand(folder, 'pause', null);
  expect(desk.take()).toHaveLength(1);
  expect(taken?.withdraw()).toBe(false);
  withdrawn?.close();
  taken?.close();
  desk.close('');
});

test('what an earlier process left holds for no later one', () => {
  openControlDesk(folder).tell(live);
  const sent = sendCommand(folder, 'pause', null);
  const desk = openControlDesk(folder);
  expect(desk.take()).toEqual([]);
  expect(readLiveState(folder)).toBeNull();
  expect(sent?.answer()).toBeNull();
  sent?.close();
  desk.close('');
});

test('whoever is not answered when the process ends is told so, and its state is gone', () => {
  const desk = openControlDesk(folder);
  desk.tell(live);
  expect(readLiveState(folder)).toEqual(live);
  const taken = sendCommand(folder, 'pause', null);
  expect(desk.take()).toHaveLength(1);
  const untaken = sendCommand(folder, 'stop', null);
  desk.close('It ended.', 'It ended meanwhile.');
  expect([taken?.answer(), untaken?.answer()]).toEqual(['It ended meanwhile.', 'It ended.']);
  expect(readLiveState(folder)).toBeNull();
  taken?.close();
  untaken?.close();
});

test('somebody who keeps the file locked holds up nobody but commands', () => {
  const desk = openControlDesk(folder);
  const blocker = openSqlite(folder.file('control.db'));
  blocker.exec('BEGIN EXCLUSIVE');
  desk.tell(live);
  expect(desk.take()).toEqual([]);
  blocker.exec('ROLLBACK');
  blocker.close();
  const sent = sendCommand(folder, 'pause', null);
  expect(desk.take()).toHaveLength(1);
  sent?.close();
  desk.close('');
});

test('a damaged file is made anew, readable by its owner only; where none can be made, the run goes on without', () => {
  writeFileSync(folder.file('control.db'), 'no database at all, but long enough to look like one'.repeat(100));
  const desk = openControlDesk(folder);
  const sent = sendCommand(folder, 'pause', null);
  expect(desk.take()).toHaveLength(1);
  expect(statSync(folder.file('control.db')).mode & 0o777).toBe(0o600);
  sent?.close();
  desk.close('');
  const nowhere = openControlDesk(runFolder(join(dir, 'missing'), 'x'));
  nowhere.tell(live);
  expect(nowhere.take()).toEqual([]);
  nowhere.close('');
  expect(sendCommand(runFolder(join(dir, 'missing'), 'x'), 'pause', null)).toBeNull();
});
