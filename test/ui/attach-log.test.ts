import { expect, test } from 'vitest';
import { localFailure } from '../../src/failure.js';
import { combineEvents } from '../../src/run/combine-events.js';
import { failedResult, succeededResult } from '../../src/run/row-end.js';
import { attachLog } from '../../src/ui/attach-log.js';
import type { LogFields, LogLevel, RunLog } from '../../src/ui/logger.js';
import { answerOf, lossOf } from '../support/answers.js';
import { startMs } from './kit.js';

function createMemoryLog(level: LogLevel = 'debug'): RunLog & {
  readonly lines: { level: string; message: string; fields: LogFields | undefined }[];
} {
  const lines: { level: string; message: string; fields: LogFields | undefined }[] = [];
  const writer = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push({ level, message, fields });
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    isEnabled: (asked) => asked !== 'debug' || level === 'debug',
    close: () => undefined,
    lines,
  };
}

const request = {
  provider: 'clickup',
  method: 'DELETE' as const,
  path: ['v2', 'task', '86abc'],
  outcome: answerOf(204),
  durationMs: 12.4,
  throttled: false,
  writes: 1,
};
const row = { number: 12, line: 13, provider: 'clickup', operation: 'delete' };

test('each request is one line: what, how it ended, how long it took', () => {
  const log = createMemoryLog();
  const { request: tell } = attachLog(log);
  tell?.(request);
  tell?.({ ...request, outcome: answerOf(429), throttled: true });
  tell?.({ ...request, outcome: answerOf(502) });
  tell?.({ ...request, outcome: lossOf('sent-no-answer') });
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'debug DELETE /v2/task/86abc 204',
    'warn DELETE /v2/task/86abc 429',
    'warn DELETE /v2/task/86abc 502',
    'warn DELETE /v2/task/86abc ECONNRESET',
  ]);
  expect(log.lines[0]?.fields).toEqual({
    event: 'request',
    provider: 'clickup',
    method: 'DELETE',
    path: '/v2/task/86abc',
    status: 204,
    requestId: null,
    ms: 12,
    throttled: false,
  });
  expect(log.lines[3]?.fields).toMatchObject({ loss: 'ECONNRESET', phase: 'sent-no-answer' });
});

test('each end of a row is one line with its reason', () => {
  const log = createMemoryLog();
  const { row: tell } = attachLog(log);
  const failure = localFailure('NOT_FOUND', 'TASK_NOT_FOUND', 'There is no such task.', 'Check the id.');
  tell?.({
    ...row,
    end: { kind: 'ended', event: 'answered', result: succeededResult('done', '', startMs, 1), failure: null },
  });
  tell?.({ ...row, end: { kind: 'ended', event: 'answered', result: failedResult(failure, startMs, 1), failure } });
  tell?.({ ...row, end: { kind: 'returned', stop: null } });
  tell?.({ ...row, end: { kind: 'in-doubt', stop: null } });
  tell?.({ ...row, end: null });
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'debug row 12 succeeded',
    'warn row 12 failed',
    'warn row 12 goes back to the rows to do',
    'warn row 12 is in doubt; the next sitting finds out',
    'debug row 12 read',
  ]);
  expect(log.lines[1]?.fields).toMatchObject({
    row: 12,
    line: 13,
    state: 'failed',
    errorType: 'NOT_FOUND',
    errorCode: 'TASK_NOT_FOUND',
    message: 'There is no such task.',
  });
});

test('what goes well is told at debug alone, and put together only then', () => {
  const log = createMemoryLog('info');
  const { request: tellRequest, row: tellRow } = attachLog(log);
  const unread = {
    ...request,
    get path(): readonly string[] {
      throw new Error('it was put together');
    },
  };
  const end = {
    kind: 'ended',
    event: 'answered',
    result: succeededResult('done', '', startMs, 1),
    failure: null,
  } as const;
  tellRequest?.(unread);
  tellRow?.({ ...row, end });
  tellRow?.({ ...row, end: null });
  expect(log.lines).toEqual([]);
});

test('pauses, phases and stops are lines too', () => {
  const log = createMemoryLog();
  const events = attachLog(log);
  events.phase?.({ phase: 'reading', rows: 3 });
  events.paused?.({ provider: 'clickup', title: 'ClickUp', untilMs: startMs, reason: 'rate limit reached' });
  events.paused?.({ provider: 'clickup', title: 'ClickUp', untilMs: Number.POSITIVE_INFINITY, reason: 'for ever' });
  events.resumed?.({ provider: 'clickup' });
  events.stopping?.({ reason: 'breaker', message: '20 rows failed.' });
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'info reading begins',
    'warn paused by ClickUp: rate limit reached',
    'warn paused by ClickUp: for ever',
    'info clickup goes on',
    'error stopping: 20 rows failed.',
  ]);
  expect(log.lines[1]?.fields).toMatchObject({ until: '2026-11-22T05:30:00.000Z' });
  expect(log.lines[2]?.fields).toMatchObject({ until: null });
});

test('a change of pace is a line: a warning when it gets slower', () => {
  const log = createMemoryLog();
  const { rate: tell } = attachLog(log);
  const clickup = { provider: 'clickup', title: 'ClickUp' };
  tell?.({ ...clickup, cause: 'stated', perMinute: 50, wasPerMinute: 0 });
  tell?.({ ...clickup, cause: 'refused', perMinute: 37.5, wasPerMinute: 50 });
  tell?.({ ...clickup, cause: 'recovered', perMinute: 42.5, wasPerMinute: 37.5 });
  tell?.({ ...clickup, cause: 'stated', perMinute: 1_000, wasPerMinute: 100 });
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn ClickUp states a limit: going on at up to 50 requests a minute; none was known so far.',
    'warn ClickUp refuses requests at this pace, or others use the same credential: going on at 37.5 a minute, not 50 as before.',
    'info ClickUp has refused nothing for a while: going on at 42.5 requests a minute, not 37.5 as before.',
    'info ClickUp states another limit: going on at 1,000 requests a minute, not 100 as before.',
  ]);
  expect(log.lines[1]?.fields).toEqual({
    event: 'rate',
    provider: 'clickup',
    cause: 'refused',
    perMinute: 37.5,
    wasPerMinute: 50,
  });
});

test('joined listeners all hear everything, in their order', () => {
  const heard: string[] = [];
  const listener = (name: string) => ({
    phase: () => heard.push(`${name} phase`),
    row: () => heard.push(`${name} row`),
    request: () => heard.push(`${name} request`),
    paused: () => heard.push(`${name} paused`),
    resumed: () => heard.push(`${name} resumed`),
    rate: () => heard.push(`${name} rate`),
    stopping: () => heard.push(`${name} stopping`),
  });
  const joined = combineEvents([listener('a'), {}, listener('b')]);
  joined.phase?.({ phase: 'running', rows: 1 });
  joined.row?.({ ...row, end: null });
  joined.request?.(request);
  joined.paused?.({ provider: 'clickup', title: 'ClickUp', untilMs: 0, reason: '' });
  joined.resumed?.({ provider: 'clickup' });
  joined.rate?.({ provider: 'clickup', title: 'ClickUp', cause: 'stated', perMinute: 1, wasPerMinute: 2 });
  joined.stopping?.({ reason: '', message: '' });
  const kinds = ['phase', 'row', 'request', 'paused', 'resumed', 'rate', 'stopping'];
  expect(heard).toEqual(kinds.flatMap((kind) => [`a ${kind}`, `b ${kind}`]));
});
