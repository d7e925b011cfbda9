import { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer } from '../http.js';
import type { Done, Prediction } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { takenBackBy } from '../undo.js';
import { ensureTarget } from './before-write.js';
import { targetRunColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { notApplied } from './not-applied.js';
import { runRef, viewRun } from './runs.js';
import { sayArchived, settleBy } from './settle-task.js';
import { organizationPath } from './tasks.js';

/** `DELETE /runs/{id}`: 200 with the run (archive process page of the API documentation, 2026-07-19). */
export const archiveRun = defineOperation({
  name: 'archive-run',
  summary: 'Archives a run (process) with all of its tasks.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: 'restore-run',
  takesAlong: true,
  undo: {
    needs: 'reading',
    lost: [],
    take: ({ run_id }) => takenBackBy([{ operation: 'restore-run', values: { run_id } }]),
  },
  sideEffects: ["The run's tasks, comments and files are hidden with it."],
  settledBy: 'The run is read; it is done when it is archived.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ run_id: targetRunColumn }),
  target: (args) => runRef(args.run_id),
  predict: (_args, target) => predict(target),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, runRef(args.run_id), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const path = organizationPath(config, 'runs', ready.value.target.id);
    const result = expectSuccess(await writer.write({ method: 'DELETE', path }), 'write', tallyfyErrors);
    return result.ok ? judgeRun(result.value, true) : result;
  },
  settle: async (_config, _args, _reader, reading) => settleBy(reading, (target) => target.archived, sayArchived),
});

function predict(target: TargetView): Prediction {
  if (target.archived) return { kind: 'nothing-to-do', reason: 'The run is archived already.' };
  return { kind: 'will-do', changes: [{ field: 'archived', before: 'no', after: 'yes' }] };
}

/** The answer holds the run as it is now. */
export function judgeRun(answer: HttpAnswer, archived: boolean): Result<Done> {
  const run = viewRun(field(answer.json, 'data'));
  if (run === null) return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no run'));
  if (run.archived === archived) return succeed(doneBy(answer));
  const say = (value: boolean) => (value ? 'yes' : 'no');
  return fail(notApplied([{ field: 'archived', asked: say(archived), now: say(run.archived) }], answer));
}
