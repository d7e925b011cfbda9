import { z } from 'zod';
import { type Failure, localFailure, succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Prediction } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import { settleDelete } from '../settle.js';
import type { TargetView } from '../target.js';
import { ensureTarget } from './before-write.js';
import { targetRunColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { readRun, runRef } from './runs.js';
import { organizationPath } from './tasks.js';

/**
 * `DELETE /runs/{id}/delete`: administrators only, archived runs only; 200 without a body (delete process page of the API
 * documentation, 2026-07-19).
 */
export const deleteRun = defineOperation({
  name: 'delete-run',
  summary: 'Deletes an archived run (process) with all of its tasks, for good.',
  risk: 'irreversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  takesAlong: true,
  undo: 'A run that was deleted is gone with its tasks; Tallyfy has no way to make it again as it was.',
  sideEffects: [
    "The run's tasks, form values, comments and files go with it.",
    'Only administrators may; a run that is not archived is refused before anything is sent.',
  ],
  settledBy: 'A run that can no longer be read is gone.',
  readingMaxAgeMs: 60_000,
  schema: z.object({ run_id: targetRunColumn }),
  target: (args) => runRef(args.run_id),
  predict: (_args, target) => predict(target),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ready = await ensureTarget(config, writer, runRef(args.run_id), target, predict);
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const path = organizationPath(config, 'runs', ready.value.target.id, 'delete');
    const outcome = await writer.write({ method: 'DELETE', path });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (result.ok) return succeed(doneBy(result.value));
    if (result.failure.type !== 'NOT_FOUND' || outcome.kind === 'loss') return result;
    // By the same page, 404 also says that the run is not archived.
    const reading = await readRun(config, writer, runRef(args.run_id));
    if (reading.kind !== 'absent') return result;
    return succeed(doneBy(outcome, { outcome: 'already', message: 'Tallyfy no longer has the run.' }));
  },
  settle: async (_config, _args, _reader, reading, doubt) => settleDelete(reading, doubt),
});

function predict(target: TargetView): Prediction {
  if (!target.archived) return { kind: 'will-fail', failure: notArchived };
  return { kind: 'will-do', changes: [{ field: 'run', before: target.title, after: null }] };
}

const notArchived: Failure = localFailure(
  'CONFLICT',
  'RUN_NOT_ARCHIVED',
  'The run is not archived, and Tallyfy deletes archived runs only.',
  'Archive it with archive-run first, in a run of its own, and look at what it hides.',
);
