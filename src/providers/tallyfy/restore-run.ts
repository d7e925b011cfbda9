import { z } from 'zod';
import { succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import type { Prediction } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import type { ComesBack } from '../provider.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import { takenBackBy } from '../undo.js';
import { judgeRun } from './archive-run.js';
import { ensureTarget } from './before-write.js';
import { targetRunColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { runRef } from './runs.js';
import { sayArchived, settleBy } from './settle-task.js';
import { organizationPath } from './tasks.js';

/** `PUT /runs/{id}/activate`, not `/restore` (activate process page of the API documentation, 2026-07-19). */
export const restoreRun = defineOperation({
  name: 'restore-run',
  summary: 'Brings an archived run (process) back, with its tasks and its former status.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: 'archive-run',
  undo: {
    needs: 'reading',
    lost: ['when it had been archived'],
    take: ({ run_id }) => takenBackBy([{ operation: 'archive-run', values: { run_id } }]),
  },
  sideEffects: ["The run's tasks, comments and files are shown with it."],
  settledBy: 'The run is read; it is done when it is not archived.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ run_id: targetRunColumn }),
  target: (args) => runRef(args.run_id),
  predict: (_args, target) => predict(target),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, runRef(args.run_id), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const path = organizationPath(config, 'runs', ready.value.target.id, 'activate');
    const result = expectSuccess(await writer.write({ method: 'PUT', path }), 'write', tallyfyErrors);
    return result.ok ? judgeRun(result.value, false) : result;
  },
  settle: async (_config, _args, _reader, reading) => settleBy(reading, (target) => !target.archived, sayArchived),
});

function predict(target: TargetView): Prediction {
  if (!target.archived) return { kind: 'nothing-to-do', reason: 'The run is not archived.' };
  return { kind: 'will-do', changes: [{ field: 'archived', before: 'yes', after: 'no' }] };
}

/** A task of a run is archived and restored with that alone (archive and activate process pages, 2026-07-19). */
export function comesBackWith({ archived, extra }: TargetView): ComesBack | null {
  const runId = archived && extra.oneOff !== true ? extraText(extra, 'runId') : null;
  return runId === null ? null : { whole: runRef(runId.toLowerCase()), operation: restoreRun.name };
}
