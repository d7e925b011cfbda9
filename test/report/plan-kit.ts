/** Plans for trying their files: rows of which only what matters is said. */
import type { PlanContext } from '../../src/report/plan/plan-format.js';
import type { PlanRow } from '../../src/state/plan-reads.js';
import type { Prediction } from '../../src/state/predictions.js';
import type { RunSettings } from '../../src/state/run-record.js';
import { planOf, startMs } from '../ui/kit.js';

export const settings: RunSettings = {
  job: null,
  provider: 'clickup',
  operation: 'delete',
  columns: {},
  when: null,
  where: null,
  only: null,
  never: null,
  rows: null,
  tenant: null,
  user: null,
  confirm: 'ask',
  planExpiresAfterMs: 24 * 60 * 60_000,
  duplicates: 'error',
  missing: 'fail',
  skipInvalid: false,
  look: 'all',
  snapshot: null,
  allowNameSearch: false,
  requestsPerMinute: null,
  concurrency: null,
  pace: 'even',
  maxRows: null,
  maxShare: null,
  expect: null,
  canary: 0,
  stopAfterFailed: null,
  stopAfterPercent: null,
  timeoutMs: 30_000,
  giveUpAfterMs: 900_000,
};

export const noPredictions: Readonly<Record<Prediction, number>> = {
  'will do': 0,
  'nothing to do': 0,
  'will fail': 0,
  blocked: 0,
  skipped: 0,
  invalid: 0,
};

export function planContext(columns: readonly string[], changes: Partial<PlanContext> = {}): PlanContext {
  return { columns, summary: planOf(), settings, predicted: noPredictions, next: null, ...changes };
}

export function planRowOf(changes: Partial<PlanRow> = {}): PlanRow {
  return {
    number: 1,
    line: 2,
    provider: 'clickup',
    operation: 'update',
    cells: ['86abc', 'note'],
    target: '86abc',
    prediction: 'will do',
    reason: null,
    seen: {
      title: '[test] Checkout flow',
      place: 'QA / Sandbox',
      status: 'to do',
      archived: false,
      assignees: ['Ann', 'Bob'],
      created: '2026-11-01T00:00:00.000Z',
      updated: '2026-11-02T00:00:00.000Z',
      url: 'https://app.clickup.com/t/86abc',
      atMs: startMs,
    },
    changes: [],
    surprises: [],
    surpriseRules: [],
    state: 'pending',
    outcome: null,
    ...changes,
  };
}
