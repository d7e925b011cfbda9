import { fail, succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import { doneBy, predictRemoval } from '../done.js';
import { expectSuccess } from '../outcome.js';
import { taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors, trashedCode } from './errors.js';
import { locateTask } from './locate-task.js';
import { lostByDelete, remakeTask } from './remake-task.js';
import { settleDeletion } from './settle-task.js';
import { refOf, requireRef } from './task-ref.js';
import { explainAbsence } from './tasks.js';

const schema = taskSchema({});

/**
 * `DELETE /v2/task/{id}`, 204 without a body (published v2 document, 2026-07-30; any 2xx is taken). The API can't take
 * it back; the web app keeps the task in its trash for 30 days (ClickUp's help pages).
 */
export const deleteTask = defineOperation({
  name: 'delete',
  summary: 'Deletes a task; only the web app can restore it, for 30 days.',
  risk: 'irreversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: null,
  takesAlong: true,
  undo: { needs: 'snapshot', lost: lostByDelete, take: remakeTask },
  sideEffects: ['Its subtasks go with it.', 'Watchers may be notified and automations may run.'],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read: in the trash means deleted, an id that ClickUp does not know decides nothing.',
  schema,
  target: refOf,
  predict: (_args, target) => {
    const { subtasks = 0 } = target.traces;
    return predictRemoval(target, subtasks > 0 ? [{ field: 'subtasks', before: String(subtasks) }] : []);
  },
  execute: async (config: ClickUpConfig, args, writer, target) => {
    const address = await locateTask(config, writer, requireRef(args), target);
    if (!address.ok) return address;
    const outcome = await writer.write({ method: 'DELETE', ...address.value });
    const result = expectSuccess(outcome, 'write', clickUpErrors);
    if (result.ok) return succeed(doneBy(result.value));
    if (result.failure.code !== trashedCode || target === null || outcome.kind === 'loss') {
      return fail(explainAbsence(result.failure, requireRef(args)));
    }
    // Not when it got there: it may have been an attempt of ours whose answer told of a failure.
    return succeed(doneBy(outcome, { outcome: 'already', message: "The task is in ClickUp's trash." }));
  },
  settle: async (_config, _args, _reader, reading, doubt) => settleDeletion(reading, doubt),
});
