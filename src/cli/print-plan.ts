/** A plan on stdout; apart from other prints, because the look of plans needs the whole catalogue. */
import type { PlanSummary } from '../plan/plan-summary.js';
import { planJson } from '../ui/json-output.js';
import { renderPlan } from '../ui/plan-text.js';
import { jsonText, textStyle, type Where } from './print.js';
import { withStateDir } from './state-dir-hint.js';

export function printPlan(plan: PlanSummary, { flags, context, oneLine }: Where, commands: readonly string[]): void {
  const next = commands.map((command) => withStateDir(command, flags));
  const style = textStyle(context, context.stdout);
  if (flags.json) context.stdout.write(jsonText(planJson(plan, { nowMs: style.nowMs, next }), oneLine));
  else context.stdout.write(renderPlan(plan, { ...style, next }));
}
