import type { PlanSummary } from '../plan/plan-summary.js';
import { nextOfPlan } from '../run/next-of-plan.js';

/** What to type when a plan was shown. */
export function commandsAfterPlan(plan: PlanSummary, nowMs: number): string[] {
  const next = nextOfPlan({ ...plan, id: plan.run, stop: null }, plan.willDo, nowMs);
  return next === null ? [] : [next];
}
