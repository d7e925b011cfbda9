/** What a run's page is made of beside its rows and its summary. */
import { allowedRate } from '../../limiter/allowed-rate.js';
import { forecastRun, paceOf } from '../../plan/forecast.js';
import { hourlyCapOf, lookCosts } from '../../plan/plan-summary.js';
import { type PlanCoverage, undoCoverage } from '../../plan/undo-coverage.js';
import { findOperation, providers } from '../../providers/registry.js';
import { failureLimitsOf, mostRowsTogether } from '../../run/breaker.js';
import { answerTimes, coursePauses, courseRates, courseSeconds } from '../../state/course.js';
import { countRows } from '../../state/row-reads.js';
import type { RunDatabase } from '../../state/run-database.js';
import type { RunRecord, RunSettings } from '../../state/run-record.js';
import { readRun } from '../../state/run-records.js';
import type { RowState } from '../../state/status.js';
import { countReaches } from '../../state/ways-back.js';
import { countWork } from '../../state/work-reads.js';
import type { TimelineSource } from './read-timeline.js';

export interface PageSource extends TimelineSource {
  /** `clickup.delete`, the commonest first. */
  readonly operations: readonly string[];
  /** The states to which the rows were limited; null = all rows. */
  readonly only: readonly RowState[] | null;
  /** What `undo` could take back, as far as is known without looking; left out when nothing was done or is to be. */
  readonly undo?: PlanCoverage;
  /** How long its rows would take at the limits in force; left out before it is executed, and without a limit. */
  readonly forecast?: RunForecast;
}

export interface RunForecast {
  /** Rows that were to be done. */
  readonly rows: number;
  readonly seconds: number;
}

/** @throws {StateError} when the run's record can't be read. */
export function readPageSource(database: RunDatabase, only: readonly RowState[] | null): PageSource {
  const { state, record } = readRun(database);
  const { settings, sandbox } = record;
  const counts = countRows(database);
  const undo = coverageOf(database, state === 'planned', settings);
  const rows = new Map<string, number>();
  for (const { provider, operation, rows: count } of counts) {
    const name = operation === '' ? 'no operation' : `${provider}.${operation}`;
    rows.set(name, (rows.get(name) ?? 0) + count);
  }
  // Of services that this run never opened nothing is recorded, nor by earlier versions.
  const limits = new Map([...limitsOf(settings, sandbox), ...Object.entries(record.rates)]);
  const forecast = forecastOf(database, record, limits);
  return {
    operations: [...rows].sort(([, a], [, b]) => b - a).map(([name]) => name),
    only,
    ...(undo === null ? {} : { undo }),
    course: {
      seconds: courseSeconds(database),
      answerTimes: answerTimes(database),
      pauses: coursePauses(database),
      rates: courseRates(database),
    },
    ...(forecast === null ? {} : { forecast }),
    limits,
  };
}

function limitsOf({ requestsPerMinute }: RunSettings, sandbox: boolean): Map<string, number> {
  return new Map(
    providers.map(({ name, profile }) => [
      name,
      allowedRate({
        asked: requestsPerMinute ?? profile.requestsPerMinute,
        // A local emulator is not bound by what the service states.
        mostPerMinute: sandbox ? null : profile.mostPerMinute,
        stated: null,
      }),
    ]),
  );
}

/** What the plan told of the time, made again for what was to be done when the run began to be executed. */
function forecastOf(database: RunDatabase, record: RunRecord, limits: ReadonlyMap<string, number>): RunForecast | null {
  if (record.startedAtMs === null) return null;
  // Only a plan that was kept for later has its targets read once more.
  const isKept = record.goal === 'plan';
  const mostTogether = mostRowsTogether(failureLimitsOf(record.settings));
  const parts = countWork(database, record.startedAtMs).flatMap(({ provider, operation, rows, read }) => {
    const entry = findOperation(provider, operation);
    if (entry === null) return [];
    return [{ entry, rows, reread: isKept ? read : 0, mostTogether, hourlyCap: hourlyCapOf(provider, operation) }];
  });
  const { seconds } = forecastRun(parts, limits, lookCosts(record), paceOf(record));
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return seconds === null || rows === 0 ? null : { rows, seconds };
}

/** Of what is to be done for a plan, of what the run itself did otherwise; null where that is nothing. */
function coverageOf(database: RunDatabase, isPlan: boolean, settings: RunSettings): PlanCoverage | null {
  const parts = countReaches(database, isPlan ? 'to-do' : 'done').flatMap(({ provider, operation, told, rows }) => {
    // A run of another version may have an operation that this one lacks.
    const entry = findOperation(provider, operation);
    return entry === null ? [] : [{ entry, told, rows }];
  });
  if (parts.length === 0) return null;
  return undoCoverage(parts, { looks: settings.look !== 'none', snapshot: settings.snapshot });
}
