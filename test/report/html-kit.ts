/** A run that went on for a while, for trying the page: made-up rows and the course that would go with them. */
import type { PageSource } from '../../src/report/html/page-source.js';
import type { Course } from '../../src/report/html/read-timeline.js';
import type { ReportContext } from '../../src/report/report-format.js';
import type { RunSummary } from '../../src/run/run-summary.js';
import type { CoursePause, CourseSecond } from '../../src/state/course.js';
import type { ReportRow } from '../../src/state/report-reads.js';
import type { RowState } from '../../src/state/status.js';
import { rowOf, summary } from './kit.js';

export const columns = ['Task ID', 'Name', 'Environment', 'Owner'];

export const startedAtMs = Date.UTC(2026, 10, 22, 5, 30);

/** One request each 0.6 s, in two sittings with a night between. */
const spacingMs = 600;
const nightMs = 9 * 3_600_000;

function leftAtMs(number: number, rows: number): number {
  return startedAtMs + number * spacingMs + (number > rows * 0.6 ? nightMs : 0);
}

interface Ending {
  readonly state: RowState;
  readonly errorType: string;
  readonly errorCode: string;
  readonly message: (id: string) => string;
  readonly suggestedAction: string;
  readonly httpStatus: number | null;
}

const endings: readonly Ending[] = [
  {
    state: 'failed',
    errorType: 'NOT_FOUND',
    errorCode: 'TASK_NOT_FOUND',
    message: (id) => `ClickUp knows no task ${id}: it may be in the trash, or the id may be wrong.`,
    suggestedAction: 'Check the id in the task’s address, and whether the token’s user can see its list.',
    httpStatus: 404,
  },
  {
    state: 'blocked',
    errorType: 'GUARD',
    errorCode: 'CHANGED_SINCE_PLAN',
    message: (id) => `Task ${id} was changed since the plan was made: its title is now “Quarterly report”.`,
    suggestedAction: 'Look at the task; if it is still to be deleted, plan it again.',
    httpStatus: null,
  },
  {
    state: 'unknown',
    errorType: 'UNKNOWN',
    errorCode: 'UNKNOWN',
    message: (id) =>
      `No answer came to the request for ${id}, and reading the task did not tell whether it was deleted.`,
    suggestedAction: 'Look at the task in ClickUp before anything is repeated.',
    httpStatus: null,
  },
];

/** Every 40th row fails, every 130th is blocked, every 390th is unknown. */
function endingOf(number: number): Ending | null {
  const [failed, blocked, unknown] = endings;
  if (number % 390 === 0) return unknown ?? null;
  if (number % 130 === 0) return blocked ?? null;
  return number % 40 === 0 ? (failed ?? null) : null;
}

export function* rowsOf(rows: number): Generator<ReportRow> {
  for (let number = 1; number <= rows; number++) yield sampleRow(number, rows);
}

function sampleRow(number: number, rows: number): ReportRow {
  const id = `86c${(number * 7_919 + 100_000).toString(36)}`;
  const name = `[test] Checkout flow, case ${number}`;
  const ending = endingOf(number);
  const skipped = number % 25 === 7;
  const atMs = leftAtMs(number, rows);
  return rowOf({
    number,
    line: number + 1,
    cells: [id, name, skipped ? 'production' : 'test', ['Ana', 'Björn', '陳小明', null][number % 4] ?? null],
    target: id,
    url: `https://app.clickup.com/t/${id}`,
    title: name,
    place: `QA / Regression / List ${number % 5}`,
    ...(skipped ? skippedEnd : ending === null ? doneEnd(number) : endOf(ending, id)),
    ...(skipped ? {} : { startedAtMs: atMs, finishedAtMs: atMs + 180 + ((number * 37) % 400) }),
    detail: {
      readAtMs: startedAtMs - 240_000 + number,
      status: number % 3 === 0 ? 'in progress' : 'open',
      archived: false,
      assignees: number % 4 === 3 ? null : 'ana@example.com, bjorn@example.com',
      updated: new Date(startedAtMs - number * 86_000).toISOString(),
      snapshot: true,
      steps: null,
      changes: null,
      notes: number % 55 === 0 ? noteOf(atMs) : null,
    },
  });
}

const skippedEnd = {
  state: 'skipped',
  outcome: null,
  attempts: 0,
  requests: 1,
  httpStatus: null,
  message: 'The condition when is false.',
  startedAtMs: null,
  finishedAtMs: null,
  requestId: null,
} as const;

function doneEnd(number: number) {
  return { httpStatus: 204, requestId: `req-${(number * 48_271).toString(16)}`, attempts: number % 55 === 0 ? 2 : 1 };
}

function endOf(ending: Ending, id: string) {
  const { message, ...facts } = ending;
  return { ...facts, message: message(id), outcome: null, requestId: null };
}

function noteOf(atMs: number): string {
  const note = {
    type: 'API_ERROR',
    code: 'HTTP_502',
    message: 'ClickUp answered 502 Bad Gateway.',
    phase: 'answered',
    effect: 'possible',
    httpStatus: 502,
    requestId: 'req-502',
  };
  return JSON.stringify([[1, atMs + 150, JSON.stringify(note)]]);
}

/** The course of {@link rowsOf}: one request for each row, but while the service had asked for a pause. */
export function courseOf(rows: number): Course {
  const seconds = new Map<number, CourseSecond>();
  const answerTimes = new Map<number, number>();
  const pauses: CoursePause[] = [];
  for (let number = 1; number <= rows; number++) {
    const atMs = leftAtMs(number, rows);
    const throttled = number % 150 >= 100 && number % 150 < 112;
    if (number % 150 === 100) {
      const reason = 'HTTP 429: Rate limit reached (Retry-After 7 s)';
      pauses.push({ provider: 'clickup', atMs, untilMs: atMs + 12 * spacingMs, reason });
    }
    if (throttled && number % 150 > 102) continue;
    const second = Math.floor(atMs / 1_000);
    const { requests = 0, throttled: before = 0 } = seconds.get(second) ?? {};
    const refused = before + (throttled ? 1 : 0);
    seconds.set(second, { provider: 'clickup', second, requests: requests + 1, throttled: refused, lost: 0 });
    const ms = Math.round(90 + 60 * ((number * 7_919) % 97) ** 0.5 + (number % 53 === 0 ? 1_900 : 0));
    if (!throttled) answerTimes.set(ms, (answerTimes.get(ms) ?? 0) + 1);
  }
  return {
    seconds: [...seconds.values()],
    answerTimes: [...answerTimes].map(([ms, answers]) => ({ ms, answers })),
    pauses,
    rates: [],
  };
}

export function contextOfRun(rows: number, page: Partial<PageSource> = {}): ReportContext {
  const states: Record<RowState, number> = { ...summary.states, succeeded: 0 };
  const reasons = new Map<Ending, { rows: number; first: number }>();
  for (let number = 1; number <= rows; number++) {
    const ending = endingOf(number);
    states[number % 25 === 7 ? 'skipped' : (ending?.state ?? 'succeeded')] += 1;
    if (ending === null || number % 25 === 7) continue;
    const { rows: before = 0, first = number } = reasons.get(ending) ?? {};
    reasons.set(ending, { rows: before + 1, first });
  }
  const run: RunSummary = {
    ...summary,
    rows,
    states,
    manifest: { name: 'test-tasks.csv', format: 'csv', sha256: '3f7a9c'.repeat(11).slice(0, 64), bytes: 48_211, rows },
    services: [{ provider: 'clickup', title: 'ClickUp', tenant: 'Acme Workspace', user: 'Ana Prado' }],
    outcomes: { done: states.succeeded, already: 0, settled: 0 },
    requests: [...courseOf(rows).seconds].reduce((sum, { requests }) => sum + requests, 0),
    planRequests: 0,
    createdAtMs: startedAtMs - 300_000,
    startedAtMs,
    finishedAtMs: leftAtMs(rows, rows) + 900,
    activeMs: rows * spacingMs,
    requestsPerMinute: 98.7,
    reasons: [...reasons]
      .sort(([, a], [, b]) => b.rows - a.rows)
      .map(([ending, { rows: found, first }]) => ({
        state: ending.state,
        errorType: ending.errorType,
        errorCode: ending.errorCode,
        rows: found,
        firstRow: first,
        firstLine: first + 1,
        message: ending.message('86cabc'),
        suggestedAction: ending.suggestedAction,
      })),
    next: states.failed + states.blocked > 0 ? `taskbatch retry ${summary.run}` : null,
  };
  return {
    columns,
    summary: run,
    page: { operations: ['clickup.delete'], only: null, course: null, limits: new Map([['clickup', 100]]), ...page },
  };
}
