import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateError } from '../../src/errors.js';
import { createRedactor } from '../../src/redact.js';
import { type LogOptions, openLog } from '../../src/ui/logger.js';
import { startMs } from './kit.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  path = join(folder, 'run.log');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function optionsOf(changes: Partial<LogOptions> = {}): LogOptions {
  return {
    path,
    extraPath: null,
    level: 'info',
    redact: createRedactor(['hunter2-hunter2']),
    clock: { now: () => startMs },
    onTrouble: (message) => expect.unreachable(message),
    ...changes,
  };
}

function linesOf(file = path): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('each line is a JSON object with level, time and message, on the disk at once', () => {
  const log = openLog(optionsOf());
  log.info('row 1 succeeded', { row: 1 });
  expect(linesOf()).toEqual([{ level: 'info', time: '2026-11-22T05:30:00.000Z', row: 1, msg: 'row 1 succeeded' }]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  log.close();
});

test('a log goes on where it ended, and an empty one that others could read is closed to them', () => {
  writeFileSync(path, '', { mode: 0o644 });
  chmodSync(path, 0o644);
  for (const message of ['one', 'two']) {
    const log = openLog(optionsOf());
    log.info(message);
    log.close();
  }
  expect(linesOf()).toMatchObject([{ msg: 'one' }, { msg: 'two' }]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what is below the level is left out', () => {
  const log = openLog(optionsOf({ level: 'warn' }));
  log.debug('debug');
  log.info('info');
  log.warn('warn');
  log.error('error');
  log.close();
  expect(linesOf()).toMatchObject([{ msg: 'warn' }, { msg: 'error' }]);
});

test('secrets are taken out of messages, fields, keys and errors, and the line stays JSON', () => {
  const log = openLog(optionsOf());
  const secret = 'hunter2-hunter2';
  log.error(`with ${secret} "quoted"\n%s %d %j`, { [secret]: secret, deep: [{ secret }], error: new Error(secret) });
  log.close();
  expect(readFileSync(path, 'utf8')).not.toContain('hunter2');
  expect(linesOf()).toMatchObject([{ msg: 'with [redacted] "quoted"\n%s %d %j', '[redacted]': '[redacted]' }]);
});

test('a second file gets the same lines', () => {
  const extraPath = join(folder, 'extra.log');
  writeFileSync(extraPath, 'mine\n');
  const log = openLog(optionsOf({ extraPath }));
  log.info('hello');
  log.close();
  expect(readFileSync(extraPath, 'utf8')).toBe(`mine\n${readFileSync(path, 'utf8')}`);
});

test('the log is bounded: beyond the bound an older half is kept beside the newest, the rest is gone', () => {
  const extraPath = join(folder, 'extra.log');
  const log = openLog(optionsOf({ maxBytes: 1_000, extraPath }));
  for (let index = 0; index < 100; index++) log.info(`line ${index}`);
  log.close();
  expect(statSync(path).size).toBeLessThanOrEqual(1_000);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1_000);
  expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  const kept = [...linesOf(`${path}.1`), ...linesOf()];
  expect(kept.at(-1)).toMatchObject({ msg: 'line 99' });
  expect(kept.length).toBeGreaterThan(10);
  expect(kept).toEqual(linesOf(extraPath).slice(-kept.length));
  expect(linesOf(extraPath)).toHaveLength(100);
  expect(existsSync(`${extraPath}.1`)).toBe(false);
});

test('a file that cannot be opened is told with its path and the remedy', () => {
  const extraPath = join(folder, 'gone', 'extra.log');
  expect(() => openLog(optionsOf({ extraPath }))).toThrow(StateError);
  expect(() => openLog(optionsOf({ extraPath }))).toThrow(
    expect.objectContaining({ where: extraPath, fix: expect.stringContaining('--log-file') }),
  );
});

test('a log that cannot be written any more is told about once, and the run goes on', () => {
  const troubles: string[] = [];
  const log = openLog(optionsOf({ extraPath: '/dev/full', onTrouble: (message) => troubles.push(message) }));
  log.info('one');
  log.info('two');
  log.close();
  log.info('after the end');
  expect(troubles).toEqual([expect.stringContaining("The log /dev/full can't be written any more: ENOSPC")]);
  expect(linesOf()).toMatchObject([{ msg: 'one' }, { msg: 'two' }]);
});

test('a log that cannot be rotated is told about once, and no other file is closed', () => {
  const troubles: string[] = [];
  const log = openLog(optionsOf({ maxBytes: 200, onTrouble: (message) => troubles.push(message) }));
  rmSync(folder, { recursive: true });
  for (let index = 0; index < 10; index++) log.info(`line ${index}`);
  log.close();
  expect(troubles).toEqual([expect.stringContaining('ENOENT')]);
});
