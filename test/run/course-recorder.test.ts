import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestEvent } from '../../src/limiter/paced-client.js';
import { type CourseRecorder, createCourseRecorder, saveIntervalMs } from '../../src/run/course-recorder.js';
import { answerTimes, coursePauses, courseRates, courseSeconds } from '../../src/state/course.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { answerOf, lossOf } from '../support/answers.js';
import { createFakeClock, type FakeClock } from '../support/fake-clock.js';

let home: string;
let database: RunDatabase;
let clock: FakeClock;
let course: CourseRecorder;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'course-'));
  database = createRunDatabase(join(home, 'run.db'));
  clock = createFakeClock();
  course = createCourseRecorder(database, clock);
});

afterEach(() => {
  database.close();
  rmSync(home, { recursive: true, force: true });
});

function tell(changes: Partial<RequestEvent> = {}): void {
  course.events.request?.({
    provider: 'clickup',
    method: 'DELETE',
    path: ['v2', 'task', '1'],
    outcome: answerOf(204),
    durationMs: 120,
    throttled: false,
    writes: 1,
    ...changes,
  });
}

test('requests are counted in the second in which they left, over sittings and services', () => {
  const second = Math.floor((clock.now() - 120) / 1_000);
  tell();
  tell({ outcome: answerOf(429), throttled: true });
  tell({ outcome: lossOf('sent-no-answer') });
  tell({ provider: 'tallyfy' });
  course.save();
  const next = createCourseRecorder(database, clock);
  next.events.request?.({
    provider: 'clickup',
    method: 'GET',
    path: [''],
    outcome: answerOf(200),
    durationMs: 120,
    throttled: false,
    writes: 0,
  }); // in a later sitting
  next.save();
  expect([...courseSeconds(database)]).toEqual([
    { provider: 'clickup', second, requests: 4, throttled: 1, lost: 1 },
    { provider: 'tallyfy', second, requests: 1, throttled: 0, lost: 0 },
  ]);
  expect([...answerTimes(database)]).toEqual([{ ms: 120, answers: 3 }]);
});

test('what is counted is written down every few seconds, so that a crash takes no more', async () => {
  tell();
  expect([...courseSeconds(database)]).toEqual([]);
  await clock.advance(saveIntervalMs);
  tell();
  expect([...courseSeconds(database)].reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
});

test('a pause is kept once, and again only when it lasts longer; so is each change of the pace', () => {
  const atMs = clock.now();
  const pause = { provider: 'clickup', title: 'ClickUp', untilMs: atMs + 7_000, reason: 'HTTP 429' };
  course.events.paused?.(pause);
  course.events.paused?.(pause);
  course.events.paused?.({ ...pause, untilMs: atMs + 9_000 });
  course.events.rate?.({ provider: 'clickup', title: 'ClickUp', cause: 'refused', perMinute: 75, wasPerMinute: 100 });
  expect([...coursePauses(database)].map(({ untilMs }) => untilMs)).toEqual([atMs + 7_000, atMs + 9_000]);
  expect([...courseRates(database)]).toEqual([{ provider: 'clickup', atMs, perMinute: 75, wasPerMinute: 100 }]);
});

test('a course that can not be written is no reason to stop', () => {
  database.exec('DROP TABLE course_second');
  tell();
  expect(() => course.save()).not.toThrow();
});
