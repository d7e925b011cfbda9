import type { PlanSummary } from '../plan/plan-summary.js';
import { renderPlan } from '../ui/plan-text.js';
import { confirm, confirmCount } from '../ui/prompt.js';
import { textStyle } from './print.js';
import type { Flow } from './run-flow.js';

/**
 * Shows the plan and asks: y/N for what can be taken back, the number of rows for what can't.
 * @returns whether to go on; true at once when there is nothing to do or `--yes` was given.
 */
export async function confirmPlan(plan: PlanSummary, { flags, context }: Flow): Promise<boolean> {
  const { stdin, stderr } = context;
  // Who is asked sees what about, also where stdout is for a program.
  if (!flags.json || !flags.yes) stderr.write(renderPlan(plan, { ...textStyle(context, stderr), next: [] }));
  if (plan.willDo === 0 || flags.yes) return true;
  const rows = plan.willDo.toLocaleString('en');
  const io = { input: stdin, output: stderr, signal: context.stopSignal };
  if (plan.irreversible === 0) return confirm({ ...io, question: `Execute ${rows} rows?` });
  return confirmCount({
    ...io,
    question: `This can't be taken back for ${plan.irreversible.toLocaleString('en')} of ${rows} rows.`,
    count: plan.willDo,
  });
}
