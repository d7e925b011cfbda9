import { fail, localFailure } from '../../failure.js';
import { text } from '../columns.js';
import { defineOperation } from '../operation.js';
import { taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { chooseNamedStatus } from './list-statuses.js';
import {
  changeStatus,
  leaveWithStatus,
  predictChange,
  prepareChange,
  type StatusRule,
  settleChange,
} from './status-change.js';
import { refOf, requireRef } from './task-ref.js';
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
  target: refOf,
  predict: (args, target, prepared) => predictChange(rule, args.status, target, prepared),
  leaves: (_args, target, prepared) => leaveWithStatus(target, prepared),
  prepare: (config: ClickUpConfig, args, reader, target) => prepareChange(config, rule, args.status, reader, target),
  execute: (config: ClickUpConfig, args, writer, target, prepared) =>
    changeStatus(config, rule, args.status, writer, requireRef(args), target, prepared),
  settle: (config, args, reader, reading, doubt) => settleChange(config, rule, args.status, reader, reading, doubt),
});
