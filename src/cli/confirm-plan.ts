import { countOf, formatCount } from '../format-numbers.js';
import type { PlanSummary } from '../plan/plan-summary.js';
import { renderPlan } from '../ui/plan-text.js';
import { confirm, confirmCount } from '../ui/prompt.js';
import { textStyle } from './print.js';
import type { Flow } from './run-flow.js';

/** `interrupted`: by Ctrl-C at the question. */
export type PlanAnswer = 'yes' | 'no' | 'interrupted';

/**
 * Shows the plan and asks: y/N for what can be taken back, the number of rows for what can't.
 * @returns the answer; yes at once when there is nothing to do or `--yes` was given.
 */
export async function confirmPlan(plan: PlanSummary, { flags, context }: Flow): Promise<PlanAnswer> {
  const { stdin, stderr } = context;
  // Who is asked sees what about, also where stdout is for a program.
  if (!flags.json || !flags.yes) stderr.write(renderPlan(plan, { ...textStyle(context, stderr), next: [] }));
  if (plan.willDo === 0 || flags.yes) return 'yes';
  let interrupted = false;
  const onInterrupt = (): void => {
    interrupted = true;
  };
  const io = { input: stdin, output: stderr, signal: context.stopSignal, onInterrupt };
  const rows = formatCount(plan.willDo);
  const agreed =
    plan.irreversible === 0
      ? await confirm({ ...io, question: `Execute ${rows} rows?` })
      : await confirmCount({ ...io, question: irreversibleQuestion(plan), count: plan.willDo });
  return agreed ? 'yes' : interrupted ? 'interrupted' : 'no';
}

function irreversibleQuestion({ irreversible, willDo, goingAlong }: PlanSummary): string {
  const along = goingAlong === 0 ? '' : `, and for ${countOf(goingAlong, 'subtask')} that no row names`;
  return `This can't be taken back for ${formatCount(irreversible)} of ${formatCount(willDo)} rows${along}.`;
}
