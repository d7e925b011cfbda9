/** A plan on stdout; apart from other prints, because the look of plans needs the whole catalogue. */
import type { PlanSummary } from '../plan/plan-summary.js';
import { planJson, renderJson } from '../ui/json-output.js';
import { renderPlan } from '../ui/plan-text.js';
import { textStyle, type Where } from './print.js';
import { withStateDir } from './state-dir-hint.js';

export function printPlan(plan: PlanSummary, { flags, context }: Where, commands: readonly string[]): void {
  const next = commands.map((command) => withStateDir(command, flags));
  const style = textStyle(context, context.stdout);
  if (flags.json) context.stdout.write(renderJson(planJson(plan, { nowMs: style.nowMs, next })));
  else context.stdout.write(renderPlan(plan, { ...style, next }));
}
