import type { z } from 'zod';
import { text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { taskSchema } from './columns.js';
import { chooseOpenStatus } from './list-statuses.js';
import { type StatusRule, statusSteps } from './status-change.js';
import { undoStatus } from './undo-task.js';

const schema = taskSchema({
  status: text(
    {
      about:
        "The status that the task gets, where it is not the first open one of the task's list. Not taken from ClickUp's " +
        'own export, where the column tells the present one.',
      example: 'to do',
      presentInExport: true,
    },
    { max: 200 },
  ).optional(),
});

/** A task that is open keeps the status it has: reopening would throw it back. */
const rule: StatusRule = { choose: chooseOpenStatus, isReached: (task) => !task.completed };

export const reopenTask = defineOperation({
  name: 'reopen',
  summary: "Moves a completed task back to its list's default open status, or to the one that the row names.",
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: 'complete',
  undo: { needs: 'reading', lost: ['when it had been completed'], take: undoStatus('complete') },
  sideEffects: [
    'The dates of closing and completion are cleared.',
    'Watchers may be notified and automations may run.',
  ],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when it has the status that was asked for, or is open when none was.',
  schema,
  ...statusSteps<z.output<typeof schema>>(rule),
});
