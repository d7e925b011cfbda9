/** A run in numbers, as it is shown at its end and by `status`; the text and the JSON are two forms of this value. */
import { countByState, countRepeatable, countRows } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import { actingServices, type RunRecord } from '../state/run-record.js';
import { readRun } from '../state/run-records.js';
import type { RowState, RunState } from '../state/status.js';
import { type ReasonGroup, reasonGroups } from '../state/summary-reads.js';
import { isExpiredUndone, nextOfPlan } from './next-of-plan.js';
import { planCommand } from './plan-command.js';

export interface RunSummary {
  readonly run: string;
  readonly state: RunState;
  readonly parent: string | null;
  readonly sandbox: boolean;
  readonly manifest: RunRecord['manifest'];
  readonly services: RunRecord['services'];
  readonly rows: number;
  readonly states: Readonly<Record<RowState, number>>;
  /** Succeeded rows by how: done now, already so, settled after doubt. */
  readonly outcomes: Readonly<Record<'done' | 'already' | 'settled', number>>;
  /** The rows that went first, and what reading them back told; null where none did. `waived`: not passed, and the others
   * may go all the same, since somebody wanted it so. */
  readonly canary: (NonNullable<RunRecord['canary']> & { readonly waived: boolean }) | null;
  readonly requests: number;
  readonly planRequests: number;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** Time spent executing, over all sittings. */
  readonly activeMs: number;
  /** Requests a minute while executing, counted by the distances between them; null before there was a minute of it. */
  readonly requestsPerMinute: number | null;
  /** Why the run is not going on; null while it is, and once finished. */
  readonly stop: RunRecord['stop'];
  /** Why rows did not succeed, the commonest first. */
  readonly reasons: readonly ReasonGroup[];
  /** The one safe next command; null when nothing is left to do. */
  readonly next: string | null;
}

/**
 * @param running whether a living process has the run in hand.
 * @param nowMs wall clock: until when a plan may be executed decides what is to be typed next.
 */
export function summariseRun(database: RunDatabase, running: boolean, nowMs: number): RunSummary {
  const { state: stored, record } = readRun(database);
  const state = (stored === 'running' || stored === 'planning') && !running ? 'interrupted' : stored;
  const counts = countRows(database);
  const states = countByState(counts);
  const outcomes = { done: 0, already: 0, settled: 0 };
  for (const { state, outcome, rows } of counts) {
    // A row that was so already at planning has that outcome too, and is counted as skipped.
    if (state !== 'succeeded') continue;
    if (outcome === 'done' || outcome === 'already' || outcome === 'settled') outcomes[outcome] += rows;
  }
  const sent = record.requests - record.planRequests;
  return {
    run: record.id,
    state,
    parent: record.parent,
    sandbox: record.sandbox,
    manifest: record.manifest,
    services: actingServices(record),
    rows: Object.values(states).reduce((sum, rows) => sum + rows, 0),
    states,
    outcomes,
    canary:
      record.canary === null
        ? null
        : { ...record.canary, waived: !record.canary.passed && record.settings.canary === 0 },
    requests: record.requests,
    planRequests: record.planRequests,
    createdAtMs: record.createdAtMs,
    startedAtMs: record.startedAtMs,
    finishedAtMs: record.finishedAtMs,
    activeMs: record.activeMs,
    requestsPerMinute: record.activeMs >= 60_000 && sent > 1 ? ((sent - 1) / record.activeMs) * 60_000 : null,
    stop: record.stop,
    reasons: reasonGroups(database, ['failed', 'blocked', 'unknown', 'invalid'], 12),
    next: nextCommand(state, record, states, { database, nowMs }),
  };
}

/** Guards that are judged while planning, by what the settings of the run say: they would say it again. */
const lastingStops: ReadonlySet<string> = new Set([
  ...['MAX_ROWS', 'MAX_SHARE', 'NEVER', 'EXPECT', 'GUARD_UNUSED', 'WRONG_ACCOUNT'],
]);

/** Whether going on with the same settings would come to the same stop. */
export function wouldStopAgain({ plannedAtMs, stop }: Pick<RunRecord, 'plannedAtMs' | 'stop'>): boolean {
  return plannedAtMs === null && stop !== null && lastingStops.has(stop.reason);
}

/** Where a run was left, and when that is looked at. */
interface Look {
  /** Asked only where it decides. */
  readonly database: RunDatabase;
  readonly nowMs: number;
}

/** Whether going on with a run that ended early would be refused, or come to nothing: its rows are to be planned anew. */
export function mustPlanAgain(record: RunRecord, { database, nowMs }: Look): boolean {
  return wouldStopAgain(record) || isExpiredUndone(database, record, nowMs);
}

/** What to type next: exactly one thing that is safe. */
function nextCommand(
  state: RunState,
  record: RunRecord,
  states: Readonly<Record<RowState, number>>,
  look: Look,
): string | null {
  if (state === 'planned') return nextOfPlan(record, states.pending, look.nowMs);
  if (state === 'stopped' || state === 'interrupted') {
    if (!record.loaded) return null;
    if (mustPlanAgain(record, look)) return planCommand(record);
    // What is to be looked at before anything else is sent.
    const row = record.stop?.row ?? null;
    return row === null ? `taskbatch resume ${record.id}` : `taskbatch explain ${record.id} ${row}`;
  }
  if (state === 'running' || state === 'planning') return `taskbatch status ${record.id}`;
  if (states.unknown > 0) return `taskbatch report ${record.id} --only unknown`;
  if (states.failed + states.blocked === 0) return null;
  if (countRepeatable(look.database) === 0) return `taskbatch report ${record.id} --only failed,blocked`;
  return `taskbatch retry ${record.id}${record.settings.confirm === 'expect' ? ' --expect N' : ''}`;
}
