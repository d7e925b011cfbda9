/** `--output`: the saved plan, row by row, as a file. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.js';
import type { PlanSummary } from '../plan/plan-summary.js';
import { writeFileAtomically } from '../report/atomic-file.js';
import { planFormatOf } from '../report/plan/plan-formats.js';
import { shellWord } from '../shell-word.js';
import { planRows } from '../state/plan-reads.js';
import { countPredictions } from '../state/predictions.js';
import type { RunDatabase } from '../state/run-database.js';
import { readRun } from '../state/run-records.js';
import { commandsAfterPlan } from './commands-after-plan.js';
import type { CliContext } from './context.js';
import { withStateDir } from './state-dir-hint.js';

interface Where {
  readonly flags: { readonly output?: string | undefined; readonly stateDir: string };
  readonly context: CliContext;
}

/**
 * Before any work is done for it: whether the file that `--output` names may and can be written.
 * @throws {UsageError} when its name ends like no format, it is the manifest, or its folder does not exist.
 */
export function assertPlanFile(output: string | undefined, manifest: string | null, { cwd }: CliContext): void {
  if (output === undefined) return;
  planFormatOf(output);
  const path = resolve(cwd, output);
  if (!existsSync(dirname(path))) {
    throw new UsageError(`--output ${JSON.stringify(output)}: there is no folder ${dirname(path)}.`, {
      code: 'NO_FOLDER',
      fix: 'Make the folder, or name a file in one that exists.',
    });
  }
  const source = manifest === null ? null : resolve(cwd, manifest);
  if (source === null || !existsSync(path) || !existsSync(source)) return;
  if (realpathSync(path) === realpathSync(source)) {
    throw new UsageError(`--output ${JSON.stringify(output)} is the manifest itself; the plan would replace it.`, {
      code: 'OUTPUT_IS_MANIFEST',
      fix: 'Name another file.',
    });
  }
}

/**
 * Writes the file that `--output` names, as a whole or not at all; nothing without it.
 * @throws {UsageError} when the plan does not stand yet. @throws {StateError} when the file can't be written.
 */
export async function writePlanFile(database: RunDatabase, summary: PlanSummary, where: Where): Promise<void> {
  const { output } = where.flags;
  if (output === undefined) return;
  const { columns, id, plannedAtMs, settings } = readRun(database).record;
  if (plannedAtMs === null) {
    throw new UsageError(`The plan of run ${id} does not stand yet, so there is nothing to write to ${output}.`, {
      code: 'NOT_PLANNED',
      fix: `Go on with planning: taskbatch resume ${id}`,
    });
  }
  const format = await planFormatOf(output).load();
  const path = resolve(where.context.cwd, output);
  const [command] = summary.state === 'planned' ? commandsAfterPlan(summary, where.context.clock.now()) : [];
  const next = command === undefined ? null : withStateDir(command, where.flags);
  const planContext = { columns, summary, settings, predicted: countPredictions(database), next };
  const again = withStateDir(`taskbatch status ${id}`, where.flags);
  await writeFileAtomically(
    path,
    (stream) => format.write(planRows(database), planContext, stream),
    `${again} --output ${shellWord(output)}`,
  );
  where.context.stderr.write(`Plan: ${path}\n`);
}
