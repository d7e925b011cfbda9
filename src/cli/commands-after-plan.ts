import type { PlanSummary } from '../plan/plan-summary.js';

/** What to type when a plan was shown: what would be refused is not named. */
export function commandsAfterPlan(plan: PlanSummary, nowMs: number): string[] {
  const { settings, manifest, expiresAtMs } = plan;
  if (plan.willDo === 0) return [];
  const again = `taskbatch plan ${manifest.name}${settings.job === null ? '' : ` --job ${settings.job}`}`;
  if (settings.confirm === 'expect' && settings.expect === null) return [`${again} --expect N`];
  return expiresAtMs !== null && nowMs > expiresAtMs ? [again] : [`taskbatch apply ${plan.run}`];
}
