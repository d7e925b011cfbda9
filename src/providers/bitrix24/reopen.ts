import { z } from 'zod';
import { defineOperation } from '../define-operation.js';
import { predictStatus } from '../done.js';
import { settleCompletion } from '../settle.js';
import type { TargetView } from '../target.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { batchSize } from './dialect.js';
import { changeStatus, type StatusChange } from './status-change.js';
import { statusCodes, withStatus } from './task-view.js';
import { taskRef } from './tasks.js';
import { undoReopening } from './undo-status.js';

const reopening: StatusChange = { status: 'pending', isDone: isOpen };

/**
 * Status 2, what Bitrix24's own `tasks.task.renew` leads to, from completed, awaiting approval and deferred alike
 * (Vibecode's task pages; code of Bitrix24's tasks module).
 */
export const reopenTask = defineOperation({
  name: 'reopen',
  summary: 'Puts a task that is completed, awaits approval or is deferred back to pending.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  rowsPerRequest: batchSize,
  inverse: 'complete',
  undo: { needs: 'reading', lost: [], take: undoReopening },
  sideEffects: [
    'Who closed the task, and when, is cleared.',
    'A task in progress is left alone where the plan looked at it; unseen (--look none) it becomes pending.',
    'Members are notified, and webhooks and robots run.',
  ],
  notices: { people: 'yes', automations: 'yes' },
  settledBy: 'The task is read; it is done when it is pending or in progress.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id),
  predict: (_args, target) =>
    isOpen(target)
      ? { kind: 'nothing-to-do', reason: `The task is open already: ${target.status}.` }
      : predictStatus(target, 'pending'),
  leaves: (_args, target) => withStatus(target, statusCodes.pending),
  execute: ({ dialect }: Bitrix24Config, args, writer, target) =>
    changeStatus(dialect, writer, target?.id ?? args.task_id, reopening),
  settle: async (_config, _args, _reader, reading, doubt) => {
    const settlement = settleCompletion(reading, isOpen);
    if (settlement.kind !== 'done' || doubt.endedAtMs === undefined || reading?.kind !== 'found') return settlement;
    // A reopened task is pending.
    const isStarted = reading.target.extra.statusCode === statusCodes.inProgress;
    return isStarted ? { ...settlement, since: `${settlement.evidence} Somebody works on it.` } : settlement;
  },
});

/** 1 is an old way to write 2. */
function isOpen({ extra }: TargetView): boolean {
  return (
    extra.statusCode === 1 || extra.statusCode === statusCodes.pending || extra.statusCode === statusCodes.inProgress
  );
}
