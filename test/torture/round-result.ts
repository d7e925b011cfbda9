import type { Finding } from './judge.js';
import type { RoundPlan } from './round-plan.js';

/** How far a run was when it was killed. */
export const stages = ['starting', 'loading', 'planning', 'planned', 'running', 'ended'] as const;
export type Stage = (typeof stages)[number];

/** Rows that were in doubt, and what became of them. */
export interface Doubts {
  rows: number;
  settled: number;
  unknown: number;
}

export interface RoundResult {
  readonly plan: RoundPlan;
  sittings: number;
  /** SIGKILLs that ended a process. */
  kills: number;
  /** Other signals that reached one. */
  signals: number;
  readonly killedWhile: Record<Stage, number>;
  requests: number;
  faults: number;
  effects: number;
  /** How often the state was read while the bin wrote it, or as a crash left it. */
  instants: number;
  /** Where the service can tell what happened, and where it can't. */
  readonly doubts: { readonly told: Doubts; readonly untold: Doubts };
  failed: number;
  /** Failed rows that a retry without faults brought through. */
  retried: number;
  /** The most requests of a service in any rolling minute. */
  highest: number;
  readonly findings: Finding[];
  /** Rows that stayed unknown although the service can tell, with what the report says. */
  readonly untoldReasons: string[];
  ms: number;
}

export function newResult(plan: RoundPlan): RoundResult {
  return {
    plan,
    sittings: 0,
    kills: 0,
    signals: 0,
    killedWhile: { starting: 0, loading: 0, planning: 0, planned: 0, running: 0, ended: 0 },
    requests: 0,
    faults: 0,
    effects: 0,
    instants: 0,
    doubts: { told: { rows: 0, settled: 0, unknown: 0 }, untold: { rows: 0, settled: 0, unknown: 0 } },
    failed: 0,
    retried: 0,
    highest: 0,
    findings: [],
    untoldReasons: [],
    ms: 0,
  };
}
