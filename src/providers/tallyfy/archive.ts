import { z } from 'zod';
import { fail, localFailure, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Prediction } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { takenBackBy } from '../undo.js';
import { already, ensureTarget } from './before-write.js';
import { taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { lookUpTargets } from './look-up.js';
import { sayArchived, settleBy } from './settle-task.js';
import { organizationPath, taskRef } from './tasks.js';

/** `DELETE /tasks/{id}`, one-off tasks only; 204 without a body (archive page of the API documentation, 2026-03-22). */
export const archiveTask = defineOperation({
  name: 'archive',
  summary: 'Archives a one-off task; the soft alternative to delete.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: 'restore',
  undo: {
    needs: 'reading',
    lost: [],
    take: ({ task_id }) => takenBackBy([{ operation: 'restore', values: { task_id } }]),
  },
  sideEffects: ['The task is hidden from lists; its data stay.', 'Tasks of a run are refused: archive the run.'],
  settledBy: 'The task is read by its id, or else looked for among the archived ones; it is done when it is archived.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id, undefined),
  predict: (_args, target) => predict(target),
  leaves: (_args, target) => ({ ...target, archived: true }),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, taskRef(args.task_id, undefined), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const path = organizationPath(config, 'tasks', ready.value.target.id);
    const result = expectSuccess(await writer.write({ method: 'DELETE', path }), 'write', tallyfyErrors);
    if (!result.ok) {
      if (result.failure.type !== 'NOT_FOUND') return result;
      // By the same answer Tallyfy tells of one that is archived by now.
      const [reading] = await lookUpTargets(config, writer, [taskRef(args.task_id, undefined)]);
      if (reading?.kind !== 'found' || !reading.target.archived) return result;
      return succeed(already('The task is archived by now.'));
    }
    const { value: answer } = result;
    // Anything but an empty answer or the task is not from this route.
    if (answer.status === 204 || field(answer.json, 'data') !== undefined) return succeed(doneBy(answer));
    return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it is not the empty answer of an archived task'));
  },
  settle: async (_config, _args, _reader, reading) => settleBy(reading, (target) => target.archived, sayArchived),
});

function predict(target: TargetView): Prediction {
  const refusal = refuseRunTask(target, 'archives', 'archive-run');
  if (refusal !== null) return refusal;
  if (target.archived) return { kind: 'nothing-to-do', reason: 'The task is archived already.' };
  return { kind: 'will-do', changes: [{ field: 'archived', before: 'no', after: 'yes' }] };
}

/** Tasks of a run have none of these routes; null for a one-off. */
export function refuseRunTask(target: TargetView, verb: string, instead: string): Prediction | null {
  if (target.extra.oneOff === true) return null;
  const failure = localFailure(
    'VALIDATION',
    'NOT_A_ONE_OFF_TASK',
    `The task belongs to the run ${target.run ?? 'that started it'}; Tallyfy ${verb} one-off tasks only.`,
    `Use ${instead} for the whole run, or leave the row out.`,
  );
  return { kind: 'will-fail', failure };
}
