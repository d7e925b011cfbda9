import type { z } from 'zod';
import { fail, localFailure } from '../../failure.js';
import { text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { taskSchema } from './columns.js';
import { chooseNamedStatus } from './list-statuses.js';
import { type StatusRule, statusSteps } from './status-change.js';
import { undoStatus } from './undo-task.js';

const schema = taskSchema({
  status: text(
    {
      about: "The status that the task gets: one of its list's, in any case.",
      example: 'in progress',
      aliases: ['new_status'],
    },
    { max: 200 },
  ),
});

const rule: StatusRule = {
  choose: (statuses, wanted) => (wanted === undefined ? fail(statusMissing) : chooseNamedStatus(statuses, wanted)),
  isReached: () => false,
};

const statusMissing = localFailure('VALIDATION', 'MISSING_VALUE', 'No status is given.', 'Fill in the column status.');

export const setStatus = defineOperation({
  name: 'set-status',
  summary: "Moves a task to a status of its list, whatever the status's kind.",
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: 'set-status',
  undo: { needs: 'reading', lost: [], take: undoStatus(null) },
  sideEffects: [
    'A status of the kind done or closed completes the task, any other reopens it.',
    'Watchers may be notified and automations may run.',
  ],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when it has the status that was asked for.',
  schema,
  ...statusSteps<z.output<typeof schema>>(rule),
});
