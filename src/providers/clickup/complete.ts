import type { z } from 'zod';
import { text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { taskSchema } from './columns.js';
import { chooseCompletedStatus } from './list-statuses.js';
import { type StatusRule, statusSteps } from './status-change.js';
import { undoStatus } from './undo-task.js';

const schema = taskSchema({
  status: text(
    {
      about:
        "The status that completes the task, where it is not the closed one of the task's list. Not taken from ClickUp's " +
        'own export, where the column tells the present one.',
      example: 'complete',
      presentInExport: true,
    },
    { max: 200 },
  ).optional(),
});

/** A task in a `done` status is not closed yet; without a name the closed one is meant. */
const rule: StatusRule = {
  choose: chooseCompletedStatus,
  isReached: (task) => task.extra.statusType === 'closed',
};

export const completeTask = defineOperation({
  name: 'complete',
  summary: 'Moves a task to the closed status of its list, or to the one that the row names.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: 'reopen',
  undo: { needs: 'reading', lost: [], take: undoStatus('reopen') },
  sideEffects: ['Closed tasks leave the default lists.', 'Watchers may be notified and automations may run.'],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when it has the status that was asked for.',
  schema,
  ...statusSteps<z.output<typeof schema>>(rule),
});
