/** What `plan` and `run` do. Not loaded for their help: it needs all that a run needs. */
import { resolve } from 'node:path';
import { planCommand } from '../run/plan-command.js';
import type { RunSettings } from '../state/run-record.js';
import { beginRun, openGiven, readIntent } from './begin-run.js';
import type { CliContext } from './context.js';
import { assertConfirmed } from './execution-guards.js';
import { assertCanAsk, type FlowFlags, type Goal, runFlow } from './run-flow.js';
import { stdinWord } from './stdin-word.js';
import { createWorkbench } from './workbench.js';
import { assertPlanFile } from './write-plan-file.js';

type PlanCommandFlags = Parameters<typeof readIntent>[0] & FlowFlags & { readonly sandbox: boolean };

/** `plan` and `run` differ in how far they go. */
export async function planOrRun(flags: PlanCommandFlags, context: CliContext, goal: Goal): Promise<number> {
  assertPlanFile(flags.output, flags.manifest, context);
  const intent = readIntent(flags, context);
  if (goal === 'execute') assertConfirmed(intent.settings, false, planningOf(intent.settings, flags));
  if (goal === 'execute') assertCanAsk(flags, context, 'Look at the plan first (taskbatch plan …), then add --yes.');
  const bench = createWorkbench(context, flags);
  try {
    const manifest = await openGiven(flags.manifest, context, bench.progress);
    // Planning may be interrupted, and gone on with elsewhere.
    const planFile = flags.output === undefined ? undefined : resolve(context.cwd, flags.output);
    const run = await beginRun(manifest, intent, { parent: null, sandbox: flags.sandbox, goal, planFile }, bench);
    return await runFlow({ run, bench, flags, context }, goal, false);
  } finally {
    bench.close();
  }
}

/** What makes the plan that was to be executed at once. */
function planningOf(settings: RunSettings, { manifest, sandbox }: PlanCommandFlags): string {
  const name = manifest === stdinWord ? '-' : manifest;
  return planCommand({ manifest: { name }, settings, sandbox, parent: null, stop: null });
}
