/** The course of a run: how many requests left in each second, how long answers took, pauses and changes of the pace. */
import { field, textField } from '../json.js';
import type { RunDatabase } from './run-database.js';
import { insertEvent } from './run-records.js';
import { numberColumn, parsedColumn, textColumn } from './values.js';

/** The requests of one service that left within one second. */
export interface CourseSecond {
  readonly provider: string;
  /** Seconds since 1970, by the wall clock. */
  readonly second: number;
  readonly requests: number;
  /** Of them, those that the service refused for the rate. */
  readonly throttled: number;
  /** Of them, those that got no answer. */
  readonly lost: number;
}

/** How many answers took so many milliseconds. */
export interface AnswerTime {
  readonly ms: number;
  readonly answers: number;
}

export interface CoursePause {
  readonly provider: string;
  readonly atMs: number;
  /** Null when the service told no time that a calendar has. */
  readonly untilMs: number | null;
  readonly reason: string;
}

export interface CourseRate {
  readonly provider: string;
  readonly atMs: number;
  readonly perMinute: number;
  readonly wasPerMinute: number;
}

/** Adds to what is recorded. Within the caller's transaction. */
export function addToCourse(
  database: RunDatabase,
  seconds: Iterable<CourseSecond>,
  answerTimes: Iterable<AnswerTime>,
): void {
  const addSecond = database.prepare(
    `INSERT INTO course_second (second, provider, requests, throttled, lost) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, throttled = throttled + excluded.throttled,
     lost = lost + excluded.lost`,
  );
  for (const { second, provider, requests, throttled, lost } of seconds) {
    addSecond.run(second, provider, requests, throttled, lost);
  }
  const addTime = database.prepare(
    'INSERT INTO answer_time (ms, answers) VALUES (?, ?) ON CONFLICT DO UPDATE SET answers = answers + excluded.answers',
  );
  for (const { ms, answers } of answerTimes) addTime.run(ms, answers);
}

export function writePause(database: RunDatabase, { atMs, ...detail }: CoursePause): void {
  insertEvent(database, atMs, 'paused', JSON.stringify(detail));
}

export function writeRate(database: RunDatabase, { atMs, ...detail }: CourseRate): void {
  insertEvent(database, atMs, 'rate', JSON.stringify(detail));
}

/** In order of time. */
export function* courseSeconds(database: RunDatabase): Generator<CourseSecond> {
  const rows = database
    .prepare('SELECT second, provider, requests, throttled, lost FROM course_second ORDER BY second, provider')
    .iterate();
  for (const row of rows) {
    const count = (name: string) => numberColumn(row, name) ?? 0;
    yield {
      provider: textColumn(row, 'provider') ?? '',
      second: count('second'),
      requests: count('requests'),
      throttled: count('throttled'),
      lost: count('lost'),
    };
  }
}

export function* answerTimes(database: RunDatabase): Generator<AnswerTime> {
  for (const row of database.prepare('SELECT ms, answers FROM answer_time').iterate()) {
    yield { ms: numberColumn(row, 'ms') ?? 0, answers: numberColumn(row, 'answers') ?? 0 };
  }
}

/** In order of time. */
export function* coursePauses(database: RunDatabase): Generator<CoursePause> {
  for (const { atMs, detail } of eventsOf(database, 'paused')) {
    const untilMs = field(detail, 'untilMs');
    yield {
      provider: textField(detail, 'provider') ?? '',
      atMs,
      untilMs: typeof untilMs === 'number' ? untilMs : null,
      reason: textField(detail, 'reason') ?? '',
    };
  }
}

/** In order of time. */
export function* courseRates(database: RunDatabase): Generator<CourseRate> {
  for (const { atMs, detail } of eventsOf(database, 'rate')) {
    const [perMinute, wasPerMinute] = [field(detail, 'perMinute'), field(detail, 'wasPerMinute')];
    if (typeof perMinute !== 'number' || typeof wasPerMinute !== 'number') continue;
    yield { provider: textField(detail, 'provider') ?? '', atMs, perMinute, wasPerMinute };
  }
}

function* eventsOf(database: RunDatabase, kind: string): Generator<{ atMs: number; detail: unknown }> {
  for (const row of database.prepare('SELECT at, detail FROM event WHERE kind = ? ORDER BY id').iterate(kind)) {
    yield { atMs: numberColumn(row, 'at') ?? 0, detail: parsedColumn(row, 'detail') };
  }
}
