import { z } from 'zod';
import { localFailure } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import { predictStatus } from '../done.js';
import { settleCompletion, withLaterCompletion } from '../settle.js';
import type { TargetView } from '../target.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { batchSize } from './dialect.js';
import { mayNot } from './may-not.js';
import { changeStatus, type StatusChange } from './status-change.js';
import { statusCodes, withStatus } from './task-view.js';
import { taskRef } from './tasks.js';
import { undoDeferral } from './undo-status.js';

const deferral: StatusChange = { status: 'deferred', isDone: isDeferred };

/**
 * Status 6, which Vibecode's page on deleting proposes for a task that may be needed again, or `tasks.task.defer`.
 * Bitrix24 defers what is pending or in progress; a closed task would have to be opened for it.
 */
export const deferTask = defineOperation({
  name: 'defer',
  summary: 'Defers a task: it keeps everything and can be reopened, other than after a delete.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  rowsPerRequest: batchSize,
  inverse: 'reopen',
  undo: { needs: 'reading', lost: [], take: undoDeferral },
  sideEffects: [
    'Reopening makes it pending, also where it was in progress before.',
    'Members are notified, and webhooks and robots run.',
  ],
  notices: { people: 'yes', automations: 'yes' },
  settledBy: 'The task is read; it is done when it is deferred.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id),
  predict: (_args, target) => {
    if (isDeferred(target)) return { kind: 'nothing-to-do', reason: 'The task is deferred already.' };
    if (isClosed(target)) return { kind: 'will-fail', failure: closed(target) };
    if (target.extra.mayNotDefer === true) return { kind: 'will-fail', failure: mayNot('defer', target.id) };
    return predictStatus(target, 'deferred');
  },
  leaves: (_args, target) => withStatus(target, statusCodes.deferred),
  execute: ({ dialect }: Bitrix24Config, args, writer, target) =>
    changeStatus(dialect, writer, target?.id ?? args.task_id, deferral),
  settle: async (_config, _args, _reader, reading, doubt) => {
    const settlement = settleCompletion(reading, isDeferred);
    if (reading?.kind !== 'found') return settlement;
    return withLaterCompletion(settlement, reading.target, reading.target.extra.deferredAt, doubt, 'deferred');
  },
});

function isDeferred({ extra }: TargetView): boolean {
  return extra.statusCode === statusCodes.deferred;
}

function isClosed(target: TargetView): boolean {
  return target.completed || target.extra.statusCode === statusCodes.awaitingControl;
}

function closed(target: TargetView) {
  return localFailure(
    'CONFLICT',
    'TASK_CLOSED',
    `Task ${target.id} is ${target.status}; Bitrix24 defers only what is pending or in progress.`,
    'Reopen the task first, or leave the row out.',
  );
}
