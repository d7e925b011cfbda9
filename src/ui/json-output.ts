/**
 * What `--json` prints: the content of the texts, as values. `kind` tells what it is; times are ISO 8601 in UTC; nothing
 * is null. Names and shapes are public: programs read them.
 */

import { TaskbatchError } from '../errors.js';
import { terminalSafeJson } from '../json.js';
import type { PlanSummary } from '../plan/plan-summary.js';
import type { Redactor } from '../redact.js';
import type { RunSummary } from '../run/run-summary.js';
import type { RunSettings } from '../state/run-record.js';
import type { RunReports } from './run-reports.js';
import { type LiveView, remainingMs } from './status-text.js';

export type PlanGuards = Pick<
  RunSettings,
  | 'when'
  | 'where'
  | 'only'
  | 'never'
  | 'maxRows'
  | 'maxShare'
  | 'expect'
  | 'confirm'
  | 'tenant'
  | 'user'
  | 'stopAfterFailed'
  | 'stopAfterPercent'
>;

export interface PlanJson
  extends Pick<
    PlanSummary,
    | 'run'
    | 'state'
    | 'sandbox'
    | 'manifest'
    | 'services'
    | 'looked'
    | 'unreadColumns'
    | 'editedUndo'
    | 'operations'
    | 'undo'
    | 'notices'
    | 'surprises'
    | 'reasons'
  > {
  readonly kind: 'plan';
  readonly rows: Pick<
    PlanSummary,
    'willDo' | 'nothingToDo' | 'willFail' | 'blocked' | 'skipped' | 'invalid' | 'irreversible'
  >;
  /** Things that no row names and that are deleted along with the targets of rows, as far as services told. */
  readonly goingAlong: PlanSummary['goingAlong'];
  /** Things that no row names and that are changed along with them, as far as guards made planning read those. */
  readonly changedAlong: PlanSummary['changedAlong'];
  /** What reading many targets together did not tell of what may go along; `--look each` asks for each by itself. */
  readonly partsUntold: PlanSummary['partsUntold'];
  readonly otherLetters: PlanSummary['otherLetters'];
  /** `planning` were sent already; `executing` is what it will cost. */
  readonly requests: { readonly planning: number; readonly executing: number };
  /** Rows that are done and read back before the others are sent; 0 = none. */
  readonly canary: number;
  /** By provider; 0 = no limit. */
  readonly requestsPerMinute: PlanSummary['requestsPerMinute'];
  /** Null without a limit. */
  readonly seconds: number | null;
  /** What it was made by and is held to. */
  readonly guards: PlanGuards;
  /** When the plan was made, and until when it may be applied, once, to the same tenants. */
  readonly plannedAt: string | null;
  readonly expiresAt: string | null;
  /** When it would be done if it started now. */
  readonly finishesAt: string | null;
  readonly next: string | null;
}

export function planJson(summary: PlanSummary, context: { nowMs: number; next: readonly string[] }): PlanJson {
  const { run, state, sandbox, manifest, services, looked, unreadColumns, editedUndo, operations } = summary;
  const { reasons, forecast } = summary;
  const { willDo, nothingToDo, willFail, blocked, skipped, invalid, irreversible } = summary;
  return {
    kind: 'plan',
    run,
    state,
    sandbox,
    manifest,
    services,
    looked,
    unreadColumns,
    editedUndo,
    operations,
    rows: { willDo, nothingToDo, willFail, blocked, skipped, invalid, irreversible },
    goingAlong: summary.goingAlong,
    changedAlong: summary.changedAlong,
    partsUntold: summary.partsUntold,
    otherLetters: summary.otherLetters,
    requests: { planning: summary.planRequests, executing: forecast.requests },
    canary: summary.canary,
    requestsPerMinute: summary.requestsPerMinute,
    seconds: forecast.seconds,
    finishesAt: forecast.seconds === null ? null : isoTime(context.nowMs + forecast.seconds * 1_000),
    plannedAt: isoTime(summary.plannedAtMs),
    expiresAt: isoTime(summary.expiresAtMs),
    undo: summary.undo,
    notices: summary.notices,
    surprises: summary.surprises,
    guards: guardsOf(summary.settings),
    reasons,
    next: context.next[0] ?? null,
  };
}

function guardsOf({ when, where, only, never, maxRows, maxShare, expect, confirm, ...rest }: RunSettings): PlanGuards {
  const { tenant, user, stopAfterFailed, stopAfterPercent } = rest;
  return {
    when,
    where,
    only,
    never,
    maxRows,
    maxShare,
    expect,
    confirm,
    tenant,
    user,
    stopAfterFailed,
    stopAfterPercent,
  };
}

export interface RunJson
  extends Pick<
    RunSummary,
    | 'run'
    | 'state'
    | 'parent'
    | 'sandbox'
    | 'manifest'
    | 'services'
    | 'rows'
    | 'states'
    | 'outcomes'
    | 'canary'
    | 'activeMs'
    | 'requestsPerMinute'
    | 'stop'
    | 'reasons'
    | 'next'
  > {
  readonly kind: 'run';
  readonly requests: { readonly planning: number; readonly executing: number };
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Paths; null where there is no such file. */
  readonly files: { readonly report: string | null; readonly failed: string | null; readonly page: string | null };
  /** Null unless the run is going on. */
  readonly progress: {
    readonly rowsLastMinute: number;
    readonly remainingMs: number | null;
    /** Null while no person has it paused. */
    readonly pausedSince: string | null;
    /** As its process tells it; empty when it tells nothing. */
    readonly services: readonly {
      readonly provider: string;
      readonly requestsPerMinute: number;
      /** Null while nothing holds the service's rows. */
      readonly paused: { readonly until: string | null; readonly reason: string } | null;
    }[];
  } | null;
}

/** @param files null where none were written. @param live null unless the run is going on. */
export function runJson(summary: RunSummary, files: RunReports | null, live: LiveView | null = null): RunJson {
  const { requests, planRequests, createdAtMs, startedAtMs, finishedAtMs, ...same } = summary;
  return {
    kind: 'run',
    ...same,
    requests: { planning: planRequests, executing: requests - planRequests },
    createdAt: isoTime(createdAtMs),
    startedAt: isoTime(startedAtMs),
    finishedAt: isoTime(finishedAtMs),
    files: { report: files?.report ?? null, failed: files?.failed ?? null, page: files?.page ?? null },
    progress: live === null ? null : progressJson(summary, live),
  };
}

function progressJson(summary: RunSummary, live: LiveView): NonNullable<RunJson['progress']> {
  return {
    rowsLastMinute: live.rowsLastMinute,
    remainingMs: remainingMs(summary, live),
    pausedSince: isoTime(live.told?.pausedSinceMs ?? null),
    services: (live.told?.services ?? []).map(({ provider, perMinute, pause }) => ({
      provider,
      requestsPerMinute: perMinute,
      paused: pause === null ? null : { until: isoTime(pause.untilMs), reason: pause.reason },
    })),
  };
}

export interface RunsJson {
  readonly kind: 'runs';
  readonly runs: readonly RunJson[];
}

export function runsJson(summaries: readonly RunSummary[]): RunsJson {
  return { kind: 'runs', runs: summaries.map((summary) => runJson(summary, null)) };
}

export interface ErrorJson {
  readonly kind: 'error';
  /** `ManifestError`, `StoppedError`, …; `Error` for a bug. */
  readonly name: string;
  /** Stable; null for errors that are told apart by their name alone, and for bugs. */
  readonly code: string | null;
  readonly message: string;
  readonly where: string | null;
  readonly next: string | null;
  readonly exitCode: number;
}

/** @param bugExitCode for what is no error of ours. */
export function errorJson(error: unknown, redact: Redactor, bugExitCode: number): ErrorJson {
  const told = (text: string | null) => (text === null ? null : redact(text));
  if (error instanceof TaskbatchError) {
    const { name, code, message, where, fix, exitCode } = error;
    return { kind: 'error', name, code, message: redact(message), where: told(where), next: told(fix), exitCode };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    kind: 'error',
    name: 'Error',
    code: null,
    message: redact(message),
    where: null,
    next: null,
    exitCode: bugExitCode,
  };
}

/** One JSON document for stdout. */
export function renderJson(value: PlanJson | RunJson | RunsJson | ErrorJson): string {
  return `${terminalSafeJson(JSON.stringify(value, null, 2))}\n`;
}

/** Null also for what no calendar has: a clock may be far off. */
export function isoTime(ms: number | null): string | null {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
