import { z } from 'zod';
import { defineOperation } from '../define-operation.js';
import { predictStatus } from '../done.js';
import type { Doubt } from '../operation.js';
import { completionMs, sameActMs, settleCompletion, withLaterCompletion } from '../settle.js';
import type { TargetView } from '../target.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { batchSize } from './dialect.js';
import { mayNot } from './may-not.js';
import { changeStatus, type StatusChange } from './status-change.js';
import { statusCodes, withStatus } from './task-view.js';
import { taskRef } from './tasks.js';
import { undoCompletion } from './undo-status.js';

/** Whether a task is under control is told by none of the answers that planning reads. */
const awaitsApproval = 'The task is under control: it now awaits the approval of its creator.';

/** Under task control a task that is not one's own becomes 4, awaiting its creator's approval (tasks module's code). */
const completion: StatusChange = {
  status: 'completed',
  isDone: (task) => task.completed || isAwaitingControl(task),
  remark: (task) => (task.completed ? null : awaitsApproval),
  isAsBefore: (before, now) => isAwaitingControl(before) && isAwaitingControl(now) && wasClosedAt(before, now),
};

/** Status 5, or `tasks.task.complete`; a repeated transition changes nothing (code of Bitrix24's tasks module). */
export const completeTask = defineOperation({
  name: 'complete',
  summary: 'Completes a task; under task control it awaits the approval of its creator.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  rowsPerRequest: batchSize,
  inverse: 'reopen',
  undo: { needs: 'reading', lost: [], take: undoCompletion },
  sideEffects: ['Members are notified, and webhooks and robots run.'],
  notices: { people: 'yes', automations: 'yes' },
  settledBy: 'The task is read; it is done when it is completed or awaits approval.',
  schema: z.object({ task_id: taskIdColumn }),
  target: (args) => taskRef(args.task_id),
  predict: (_args, target) => {
    if (target.completed) return { kind: 'nothing-to-do', reason: 'The task is completed already.' };
    if (target.extra.mayNotComplete === true) return { kind: 'will-fail', failure: mayNot('complete', target.id) };
    // Whose task it is, and whether it is under control still, decides it, and no reading tells both.
    return predictStatus(
      target,
      isAwaitingControl(target) ? "completed, if the credential is its creator's" : 'completed',
    );
  },
  leaves: (_args, target) => withStatus(target, statusCodes.completed),
  execute: ({ dialect }: Bitrix24Config, args, writer, target) =>
    changeStatus(dialect, writer, target?.id ?? args.task_id, completion, target),
  settle: async (_config, _args, _reader, reading, doubt) => {
    const settlement = settleCompletion(reading, completion.isDone);
    if (reading?.kind !== 'found') return settlement;
    const settled = withLaterCompletion(settlement, reading.target, reading.target.extra.closedAt, doubt);
    if (settled.kind !== 'done' || !isAwaitingControl(reading.target)) return settled;
    // A row in doubt did nothing to what awaited approval before: sent again, its answer will tell so.
    if (wasClosedBefore(reading.target, doubt)) return { kind: 'not-done', evidence: settled.evidence };
    return { ...settled, otherwise: `${settled.evidence} ${awaitsApproval}` };
  },
});

function isAwaitingControl(task: TargetView): boolean {
  return task.extra.statusCode === statusCodes.awaitingControl;
}

/** Whether it is the same completion, as far as that is told: a repeated transition leaves its time alone. */
function wasClosedAt(before: TargetView, now: TargetView): boolean {
  const [was, is] = [completionMs(before.extra.closedAt), completionMs(now.extra.closedAt)];
  return was === null || is === null || was === is;
}

function wasClosedBefore({ extra }: TargetView, { attemptStartedAtMs, endedAtMs }: Doubt): boolean {
  const closedMs = completionMs(extra.closedAt);
  return endedAtMs === undefined && closedMs !== null && closedMs < attemptStartedAtMs - sameActMs;
}
