/** What the tests of texts share: summaries of which only what matters is said, a clock that is moved by hand. */

import { Writable } from 'node:stream';
import type { Clock } from '../../src/clock.js';
import type { OperationPlan, PlanSummary } from '../../src/plan/plan-summary.js';
import { undoCoverage } from '../../src/plan/undo-coverage.js';
import { entryOf } from '../../src/providers/entry-of.js';
import type { RunSummary } from '../../src/run/run-summary.js';
import type { ReasonGroup } from '../../src/state/summary-reads.js';
import type { TextStyle } from '../../src/ui/text-style.js';
import { settings } from '../report/plan-kit.js';

export const startMs = Date.UTC(2026, 10, 22, 5, 30);
export const runId = '20261122-0530-delete-7f3a';

export function styleOf(changes: Partial<TextStyle> = {}): TextStyle {
  return { nowMs: startMs, timeZone: 'UTC', width: 80, colour: false, unicode: true, ...changes };
}

const manifest = {
  name: 'clickup-test-tasks.csv',
  format: 'csv' as const,
  sha256: 'ab'.repeat(32),
  bytes: 9_120,
  rows: 403,
};
const services = [
  { provider: 'clickup', title: 'ClickUp', tenant: 'Acme (9011)', user: 'Jane Doe <jane@acme.example>' },
];

export function operationOf(changes: Partial<OperationPlan> = {}): OperationPlan {
  return {
    provider: 'clickup',
    operation: 'delete',
    risk: 'irreversible',
    willDo: 400,
    overwriting: changes.risk === 'destructive' ? (changes.willDo ?? 0) : 0,
    willFail: 0,
    blocked: 0,
    nothingToDo: 0,
    skipped: 0,
    invalid: 0,
    ...changes,
  };
}

export function reasonOf(changes: Partial<ReasonGroup> = {}): ReasonGroup {
  return {
    state: 'failed',
    errorType: 'NOT_FOUND',
    errorCode: 'TASK_NOT_FOUND',
    rows: 2,
    firstRow: 12,
    firstLine: 13,
    message: 'ClickUp has no task 86abc.',
    suggestedAction: 'Check the id; it may belong to another workspace.',
    ...changes,
  };
}

export function planOf(changes: Partial<PlanSummary> = {}): PlanSummary {
  return {
    run: runId,
    parent: null,
    state: 'planned',
    sandbox: false,
    manifest,
    services,
    looked: true,
    unread: 0,
    unreadColumns: [],
    editedUndo: { rows: 0, firstLines: [] },
    operations: [operationOf({ willFail: 2, blocked: 1 })],
    willDo: 400,
    willFail: 2,
    blocked: 1,
    nothingToDo: 0,
    skipped: 0,
    invalid: 0,
    irreversible: 400,
    goingAlong: 0,
    partsUntold: [],
    changedAlong: 0,
    otherLetters: [],
    canary: 0,
    planRequests: 404,
    forecast: { requests: 400, seconds: 240 },
    requestsVary: false,
    undo: undoCoverage([{ entry: entryOf('clickup', 'delete'), rows: changes.willDo ?? 400, told: null }], {
      looks: true,
      snapshot: null,
    }),
    notices: [],
    surprises: { compared: 400, rows: 0, groups: [], untold: [] },
    settings,
    plannedAtMs: startMs,
    expiresAtMs: startMs + 24 * 60 * 60_000,
    requestsPerMinute: { clickup: 100 },
    reasons: [reasonOf()],
    ...changes,
  };
}

export const noStates = {
  invalid: 0,
  skipped: 0,
  blocked: 0,
  pending: 0,
  sending: 0,
  succeeded: 0,
  failed: 0,
  unknown: 0,
};

export function runOf(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    run: runId,
    state: 'finished',
    parent: null,
    sandbox: false,
    manifest,
    services,
    rows: 403,
    states: { ...noStates, succeeded: 403 },
    outcomes: { done: 403, already: 0, settled: 0 },
    canary: null,
    requests: 807,
    planRequests: 404,
    createdAtMs: startMs - 300_000,
    startedAtMs: startMs - 245_000,
    finishedAtMs: startMs,
    activeMs: 245_000,
    requestsPerMinute: 98.693,
    stop: null,
    reasons: [],
    next: null,
    ...changes,
  };
}

/** A clock that stands until it is moved; sleepers wake on the way, in order. */
export interface FakeClock extends Clock {
  advance(ms: number): Promise<void>;
  /** Sets the wall clock forward or back; nothing else notices. */
  jumpWall(ms: number): void;
}

export function createFakeClock(atMs = startMs): FakeClock {
  let passedMs = 0;
  let jumpedMs = 0;
  const sleepers = new Set<{ readonly wakeMs: number; readonly wake: () => void }>();
  return {
    now: () => atMs + passedMs + jumpedMs,
    jumpWall: (ms) => {
      jumpedMs += ms;
    },
    monotonic: () => passedMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { wakeMs: passedMs + ms, wake: () => finish() };
        const finish = (): void => {
          sleepers.delete(sleeper);
          resolve();
        };
        signal?.addEventListener('abort', finish, { once: true });
        sleepers.add(sleeper);
      }),
    advance: async (ms) => {
      const end = passedMs + ms;
      for (;;) {
        const [next] = [...sleepers].filter(({ wakeMs }) => wakeMs <= end).sort((a, b) => a.wakeMs - b.wakeMs);
        if (next === undefined) break;
        passedMs = next.wakeMs;
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      passedMs = end;
    },
  };
}

/** A stream that keeps what is written, as text. */
export function createSink(): Writable & { text(): string } {
  let all = '';
  const sink = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      all += chunk.toString();
      done();
    },
  });
  return Object.assign(sink, { text: () => all });
}
