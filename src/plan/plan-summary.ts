/** A plan in numbers, as it is shown before anything is approved; the text and the JSON are two forms of this value. */

import { entryOf } from '../providers/entry-of.js';
import type { Risk } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import { failureLimitsOf, mostRowsTogether } from '../run/breaker.js';
import { countFirstPending } from '../state/canary-reads.js';
import { countGiving, countLaterRows, countOverwriting, countReadings } from '../state/plan-reads.js';
import { countUnreadTargets } from '../state/row-links.js';
import { countRows, type RowCount } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord, RunSettings } from '../state/run-record.js';
import { readRun } from '../state/run-records.js';
import type { RunState } from '../state/status.js';
import { type ReasonGroup, reasonGroups } from '../state/summary-reads.js';
import { countSurprisingRows, type SurpriseGroup, surpriseGroups } from '../state/surprises.js';
import { type EditedUndoLines, findEditedUndoLines } from '../state/taken-back.js';
import { countReaches } from '../state/ways-back.js';
import { type Forecast, forecastRun, isEstimate, paceOf } from './forecast.js';
import { countParts } from './going-along.js';
import { findNotices, type ServiceNotices } from './notices.js';
import type { OtherLetters } from './other-letters.js';
import { type PlanCoverage, undoCoverage } from './undo-coverage.js';

export interface OperationPlan {
  readonly provider: string;
  readonly operation: string;
  readonly risk: Risk | null;
  readonly willDo: number;
  /** Rows to do that overwrite values that were there, or may. */
  readonly overwriting: number;
  readonly willFail: number;
  readonly blocked: number;
  /** Already as the row wants it; not counted as skipped. */
  readonly nothingToDo: number;
  readonly skipped: number;
  readonly invalid: number;
}

export interface PlanSummary {
  readonly run: string;
  /** The run whose failed rows it takes; null for one of a manifest. */
  readonly parent: string | null;
  readonly state: RunState;
  readonly sandbox: boolean;
  readonly manifest: RunRecord['manifest'];
  readonly services: RunRecord['services'];
  readonly looked: boolean;
  /** Of what may go along with targets: what reading many of them together did not tell. */
  readonly partsUntold: ReadonlyArray<{ readonly title: string; readonly words: string }>;
  /** Rows to do whose target could not be read, because another row of the run makes it. */
  readonly unread: number;
  readonly operations: readonly OperationPlan[];
  readonly willDo: number;
  readonly willFail: number;
  readonly blocked: number;
  readonly nothingToDo: number;
  readonly skipped: number;
  readonly invalid: number;
  readonly irreversible: number;
  /** Things that no row names and that are deleted along with the targets of rows to do, as far as services told. */
  readonly goingAlong: number;
  /** The same of things that are changed along with the targets, where guards made planning read them. */
  readonly changedAlong: number;
  /** Texts of the rules that no task has, but for capitals. */
  readonly otherLetters: readonly OtherLetters[];
  /** Columns that none of the rows' operations reads; they are carried into the report. */
  readonly unreadColumns: readonly string[];
  /** Rows of an undo's manifest that were edited since it was written. */
  readonly editedUndo: EditedUndoLines;
  /** Rows that are done and read back before the others are sent. */
  readonly canary: number;
  readonly planRequests: number;
  readonly forecast: Forecast;
  /** Whether it may take more or fewer requests than is foretold, also when nothing goes wrong. */
  readonly requestsVary: boolean;
  /** How much of it `undo` could take back if all of it were done. */
  readonly undo: PlanCoverage;
  /** Whom and what the services tell of it. */
  readonly notices: readonly ServiceNotices[];
  readonly surprises: PlanSurprises;
  /** What it was made by and is held to. */
  readonly settings: RunSettings;
  /** When the plan was made, and until when it may be applied; null while it does not stand. Wall clock in ms. */
  readonly plannedAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly requestsPerMinute: Readonly<Record<string, number>>;
  /** Why rows will fail, are blocked or are skipped, the commonest first. */
  readonly reasons: readonly ReasonGroup[];
}

/** Rows unlike the rest. */
export interface PlanSurprises {
  /** Rows that were compared with each other; 0 where there were too few, or nothing was read. */
  readonly compared: number;
  /** Rows with at least one surprise. */
  readonly rows: number;
  /** The commonest rule first, each with its first rows. */
  readonly groups: readonly SurpriseGroup[];
  /** What rules look at and a service did not tell. */
  readonly untold: ReadonlyArray<{ readonly provider: string; readonly rule: string }>;
}

const shownSurprises = 3;

/** How the plan is to be executed, as far as it tells on the cost. */
export interface Execution {
  /** Which targets are read once more before they are written to. */
  readonly rereads: 'all' | 'irreversible' | 'none';
  /** Whether credentials are checked once more: not where the process that planned goes on. */
  readonly checksAgain: boolean;
}

/** The plan is kept, and executed by a process of its own. */
export const executedLater: Execution = { rereads: 'all', checksAgain: true };

/** @param rates requests a minute of each provider; 0 = no limit. */
export function summarisePlan(
  database: RunDatabase,
  rates: ReadonlyMap<string, number>,
  { rereads, checksAgain }: Execution,
): PlanSummary {
  const { state, record } = readRun(database);
  const isReread = ({ risk }: CatalogueEntry) => rereads === 'all' || (rereads === 'irreversible' && risk === rereads);
  const operations = groupByOperation(countRows(database)).map((plan) => ({
    ...plan,
    overwriting: countOverwritingIn(database, plan),
  }));
  const total = (pick: (plan: OperationPlan) => number) => operations.reduce((sum, plan) => sum + pick(plan), 0);
  const readings = countReadings(database);
  const mostTogether = mostRowsTogether(failureLimitsOf(record.settings));
  const parts = operations
    .filter(({ willDo }) => willDo > 0)
    .map(({ provider, operation, willDo }) => {
      const entry = entryOf(provider, operation);
      const reread = isReread(entry) ? (readings.get(`${provider}.${operation}`) ?? 0) : 0;
      return { entry, rows: willDo, reread, mostTogether, hourlyCap: hourlyCapOf(provider, operation) };
    });
  // The looks that planning could not take, and what reading the canary back takes, each at most: some share requests.
  const looks = record.settings.look === 'none' ? [] : [...countUnreadTargets(database)];
  const later = [...countLaterRows(database)];
  const canary = countFirstPending(database, record.settings.canary).map(
    ({ provider, operation, rows }) => [provider, rows * entryOf(provider, operation).readBackRequests] as const,
  );
  const used = new Set(parts.map(({ entry }) => entry.provider));
  const checks = Object.entries(record.planning).map(([provider, requests]) => [provider, requests.checks] as const);
  const checked = checks.filter(([provider]) => checksAgain && used.has(provider));
  const costly = parts.map(({ entry }) => [entry.provider, countCostly(database, entry)] as const);
  const asking = [...looks, ...later, ...canary, ...costly, ...checked].map(([provider, rows]) => ({
    entry: { provider, requestsPerRow: 1, rowsPerRequest: 1 },
    rows,
  }));
  return {
    run: record.id,
    parent: record.parent,
    state,
    sandbox: record.sandbox,
    manifest: record.manifest,
    services: record.services,
    looked: record.settings.look !== 'none',
    partsUntold: record.settings.look === 'all' ? untoldParts(parts.map(({ entry }) => entry)) : [],
    unread: looks.reduce((sum, [, rows]) => sum + rows, 0),
    operations,
    willDo: total(({ willDo }) => willDo),
    willFail: total(({ willFail }) => willFail),
    blocked: total(({ blocked }) => blocked),
    nothingToDo: total(({ nothingToDo }) => nothingToDo),
    skipped: total(({ skipped }) => skipped),
    invalid: total(({ invalid }) => invalid),
    irreversible: total((plan) => (plan.risk === 'irreversible' ? plan.willDo : 0)),
    ...countParts(database, entryOf),
    otherLetters: record.otherLetters ?? [],
    unreadColumns: record.unreadColumns,
    editedUndo: findEditedUndoLines(database, record.columns),
    canary: Math.min(
      record.settings.canary,
      total(({ willDo }) => willDo),
    ),
    planRequests: record.planRequests,
    forecast: forecastRun([...parts, ...asking], rates, lookCosts(record), paceOf(record)),
    requestsVary: looks.length + later.length + canary.length > 0 || isEstimate(parts, lookCosts(record)),
    undo: undoCoverage(
      countReaches(database, 'to-do').map(({ provider, operation, told, rows }) => ({
        entry: entryOf(provider, operation),
        told,
        rows,
      })),
      { looks: record.settings.look !== 'none', snapshot: record.settings.snapshot },
    ),
    notices: findNotices(database, record, parts),
    surprises: {
      compared: record.surprises?.compared ?? 0,
      rows: countSurprisingRows(database),
      groups: surpriseGroups(database, shownSurprises),
      untold: record.surprises?.untold ?? [],
    },
    settings: record.settings,
    plannedAtMs: record.plannedAtMs,
    expiresAtMs: record.plannedAtMs === null ? null : record.plannedAtMs + record.settings.planExpiresAfterMs,
    requestsPerMinute: Object.fromEntries(rates),
    reasons: reasonGroups(database, ['failed', 'blocked', 'skipped', 'invalid'], 12),
  };
}

function untoldParts(entries: readonly CatalogueEntry[]): PlanSummary['partsUntold'] {
  const reaching = new Set(
    entries.flatMap((entry) => (entry.mayReachParts ? findProvider(entry.provider) : null) ?? []),
  );
  return [...reaching].flatMap(({ title, pagesLack }) => (pagesLack === null ? [] : { title, words: pagesLack.words }));
}

/** How many requests the rows to do of an operation take of their own. */
function countCostly(database: RunDatabase, { provider, name, costlyColumns }: CatalogueEntry): number {
  return costlyColumns.reduce((sum, column) => sum + countGiving(database, provider, name, column), 0);
}

/** What overwrites by its nature does so with all rows: not all services tell what was there. */
function countOverwritingIn(
  database: RunDatabase,
  { provider, operation, risk, willDo }: Pick<OperationPlan, 'provider' | 'operation' | 'risk' | 'willDo'>,
): number {
  if (risk === 'destructive' || willDo === 0) return willDo;
  const { overwritingColumns } = entryOf(provider, operation);
  return overwritingColumns.length === 0 ? 0 : countOverwriting(database, provider, operation, overwritingColumns);
}

export function hourlyCapOf(provider: string, operation: string): number | null {
  const cap = findProvider(provider)?.profile.hourlyCap;
  return cap?.operations.includes(operation) === true ? cap.rows : null;
}

/** Requests that reading a target again costs at each provider: they are read in groups as when planning. */
export function lookCosts({ planning }: Pick<RunRecord, 'planning'>): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(planning).map(([provider, { reads, targets }]) => [provider, reads / Math.max(1, targets)]),
  );
}

function groupByOperation(counts: readonly RowCount[]): Omit<OperationPlan, 'overwriting'>[] {
  const plans = new Map<string, Omit<OperationPlan, 'overwriting'>>();
  for (const { provider, operation, state, outcome, rows } of counts) {
    const isSo = state === 'skipped' && outcome === 'already';
    const key = `${provider}.${operation}`;
    const plan = plans.get(key) ?? {
      provider,
      operation,
      risk: operation === '' ? null : entryOf(provider, operation).risk,
      willDo: 0,
      willFail: 0,
      blocked: 0,
      nothingToDo: 0,
      skipped: 0,
      invalid: 0,
    };
    plans.set(key, {
      ...plan,
      willDo: plan.willDo + (state === 'pending' ? rows : 0),
      willFail: plan.willFail + (state === 'failed' ? rows : 0),
      blocked: plan.blocked + (state === 'blocked' ? rows : 0),
      nothingToDo: plan.nothingToDo + (isSo ? rows : 0),
      skipped: plan.skipped + (state === 'skipped' && !isSo ? rows : 0),
      invalid: plan.invalid + (state === 'invalid' ? rows : 0),
    });
  }
  return [...plans.values()];
}
