/** Archiving and taking out again: `PUT /v2/task/{id}` with `{archived}` (published v2 document, 2026-07-30). */
import { type Result, succeed } from '../../failure.js';
import { defineOperation } from '../define-operation.js';
import type { Writer } from '../http.js';
import type { Done, Doubt, Prediction, Settlement } from '../operation.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { refOf, requireRef } from './task-ref.js';
import { alreadySo, judgeUpdate, writeTask } from './task-write.js';
import { undoBy } from './undo-task.js';

const schema = taskSchema({});

export const archiveTask = defineOperation({
  name: 'archive',
  summary: 'Archives a task: the soft alternative to deleting it.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: 'unarchive',
  undo: { needs: 'reading', lost: [], take: undoBy('unarchive') },
  sideEffects: ['Archived tasks leave the default lists and the search.', 'Automations may run.'],
  notices: { automations: 'may' },
  settledBy: 'The task is read; it is done when it is archived.',
  schema,
  target: refOf,
  predict: (_args, target) => predictArchived(target, true),
  leaves: (_args, target) => ({ ...target, archived: true }),
  execute: (config: ClickUpConfig, args, writer, target) => setArchived(config, requireRef(args), writer, target, true),
  settle: async (_config, _args, _reader, reading, doubt) => settleArchived(reading, doubt, true),
});

export const unarchiveTask = defineOperation({
  name: 'unarchive',
  summary: 'Takes a task out of the archive.',
  risk: 'reversible',
  repeat: 'safe',
  requestsPerRow: 1,
  inverse: 'archive',
  undo: { needs: 'reading', lost: [], take: undoBy('archive') },
  sideEffects: ['The task is back in the default lists and the search.', 'Automations may run.'],
  notices: { automations: 'may' },
  settledBy: 'The task is read; it is done when it is not archived.',
  schema,
  target: refOf,
  predict: (_args, target) => predictArchived(target, false),
  leaves: (_args, target) => ({ ...target, archived: false }),
  execute: (config: ClickUpConfig, args, writer, target) =>
    setArchived(config, requireRef(args), writer, target, false),
  settle: async (_config, _args, _reader, reading, doubt) => settleArchived(reading, doubt, false),
});

function predictArchived(task: TargetView, archived: boolean): Prediction {
  if (task.archived === archived) return { kind: 'nothing-to-do', reason: describe(task.archived) };
  const change = { field: 'archived', before: String(task.archived), after: String(archived) };
  return { kind: 'will-do', changes: [change] };
}

async function setArchived(
  config: ClickUpConfig,
  ref: TargetRef,
  writer: Writer,
  target: TargetView | null,
  archived: boolean,
): Promise<Result<Done>> {
  if (target?.archived === archived) return succeed(alreadySo(target, describe(archived)));
  const answer = await writeTask(config, writer, ref, target, { method: 'PUT', body: { archived } });
  if (!answer.ok) return answer;
  return judgeUpdate(answer.value, (task) => (task.archived === archived ? [] : [describe(task.archived)]));
}

function settleArchived(reading: Reading | null, doubt: Doubt, archived: boolean): Settlement {
  return settleByTask(reading, doubt, (task) => ({
    done: task.archived === archived,
    evidence: `${quoteTask(task)} is ${task.archived ? '' : 'not '}archived.`,
  }));
}

function describe(archived: boolean): string {
  return `The task is ${archived ? '' : 'not '}archived.`;
}
