import type { PlanSummary } from '../plan/plan-summary.js';
import { planCommand } from '../run/plan-command.js';

/** What to type when a plan was shown: what would be refused is not named. */
export function commandsAfterPlan(plan: PlanSummary, nowMs: number): string[] {
  const { settings, expiresAtMs } = plan;
  if (plan.willDo === 0) return [];
  const again = planCommand({ ...plan, stop: null });
  if (settings.confirm === 'expect' && settings.expect === null) return [`${again} --expect N`];
  return expiresAtMs !== null && nowMs > expiresAtMs ? [again] : [`taskbatch apply ${plan.run}`];
}
