import { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader } from '../http.js';
import type { Done, Settlement } from '../operation.js';
import { unexpectedAnswer } from '../outcome.js';
import { settleCompletion } from '../settle.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { batchSize, type Dialect } from './dialect.js';
import { lookUpParent } from './look-up-parent.js';
import { mayNot } from './may-not.js';
import { refuseBelowItself } from './refuse-below-itself.js';
import {
  clearColumn,
  type Detail,
  describeLacks,
  describePlanProblem,
  detailColumns,
  wantedDetails,
} from './task-details.js';
import { statusCodes, viewTask } from './task-view.js';
import { readTask, taskRef } from './tasks.js';
import { undoUpdate } from './undo-details.js';
import { writeConfirmed } from './write-confirmed.js';

const schema = z
  .object({ task_id: taskIdColumn, ...detailColumns, clear: clearColumn.optional() })
  .superRefine((args, context) => {
    const problem = describeProblem(args);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

type Args = z.output<typeof schema>;

/**
 * What the row names, and nothing else, is sent (Vibecode's task pages; b24restdocs, tasks.task.update). A new responsible person without a status is
 * taken for a delegation: the task goes back to pending and the one before becomes an auditor (code of Bitrix24's tasks
 * module). So the status that the task has right before is sent along.
 */
export const updateTask = defineOperation({
  name: 'update',
  summary: 'Changes title, description, priority, deadline, people, group, parent, tags or estimate of a task.',
  risk: 'destructive',
  repeat: 'safe',
  requestsPerRow: 1,
  requestsVary: true,
  rowsPerRequest: batchSize,
  costlyColumns: ['responsible_id'],
  inverse: 'update',
  undo: { needs: 'snapshot', lost: [], take: undoUpdate },
  sideEffects: [
    'Old values are overwritten; lists of people and tags are replaced.',
    'Another group moves the whole tree of subtasks along, also out of other groups, and resets the stage.',
    'Another parent is looked up: one request more for each that the rows name, and for each task above that.',
    'Another responsible person costs one more request: the status is read, so that the task keeps it.',
    'Members are notified, and webhooks and robots run.',
  ],
  notices: { people: 'yes', automations: 'yes' },
  settledBy: 'The task is read; it is done when every value is as the row says.',
  schema,
  target: (args) => taskRef(args.task_id),
  predict: (args, target) => {
    if (args.parent_id === target.id) return { kind: 'will-fail', failure: ownParent(target.id) };
    const changes = wantedDetails(args)
      .filter((detail) => detail.isSo(target) !== true)
      .map(({ field, before, after }) => ({ field, before: before(target), after }));
    if (changes.length === 0) return { kind: 'nothing-to-do', reason: 'The task is so already.' };
    if (isForbidden(args, target)) return { kind: 'will-fail', failure: mayNot('change', target.id) };
    return { kind: 'will-do', changes };
  },
  restsOn: 'parent_id',
  findNamed: async (config: Bitrix24Config, args, reader, target, above) => {
    const parent = wantedDetails(args).find(({ field }) => field === 'parent_id');
    const isNew = target !== null && parent !== undefined && parent.isSo(target) !== true;
    if (!isNew || args.parent_id === undefined || args.parent_id === target.id) return succeed(null);
    const found = await lookUpParent(config, reader, args.parent_id, target);
    return found.ok ? refuseBelowItself(config, reader, { parent: found.value, target, above }) : found;
  },
  reachesParts: (args, target) =>
    wantedDetails(args).some((detail) => detail.field === 'group_id' && detail.isSo(target) !== true),
  setsBelow: (args, target) => {
    const group = wantedDetails(args).find(({ field }) => field === 'group_id');
    if (group === undefined) return null;
    return { field: group.field, value: group.after ?? '', above: extraText(target.extra, 'parentId') || null };
  },
  leaves: ({ title }, target) => ({ ...target, title: title ?? target.title }),
  execute: async ({ dialect }: Bitrix24Config, args, writer, target) => {
    const details = wantedDetails(args);
    const taskId = target?.id ?? args.task_id;
    const kept =
      args.responsible_id === undefined ? succeed<JsonObject>({}) : await readStatus(dialect, writer, taskId);
    if (!kept.ok) return kept;
    const request = dialect.updateTask(taskId, { ...fieldsOf(details), ...kept.value });
    const result = await writeConfirmed(dialect, writer, request);
    return result.ok ? judgeUpdate(dialect, result.value, details, kept.value) : result;
  },
  settle: async (_config, args, _reader, reading): Promise<Settlement> => {
    const details = wantedDetails(args);
    const settlement = settleCompletion(reading, (task) => details.every((detail) => detail.isSo(task) === true));
    if (reading?.kind !== 'found' || settlement.kind !== 'not-done') return settlement;
    const lacks = describeLacks(details, reading.target);
    const evidence = lacks.length > 0 ? `${lacks.join('; ')}.` : 'The task does not tell all that was asked for.';
    return { kind: 'not-done', evidence };
  },
});

/** The values by the names of their fields. */
export function fieldsOf(details: readonly Detail[]): JsonObject {
  return Object.fromEntries(details.map(({ name, value }) => [name, value]));
}

/** The status that the task has now, where it is one that may be sent. An older one could undo what others did since. */
async function readStatus(dialect: Dialect, reader: Reader, taskId: string): Promise<Result<JsonObject>> {
  const reading = await readTask(dialect, reader, taskRef(taskId));
  if (reading.kind !== 'found') return fail(reading.failure);
  const code = reading.target.extra.statusCode;
  return succeed(Object.values<unknown>(statusCodes).includes(code) && code !== undefined ? { status: code } : {});
}

function judgeUpdate(dialect: Dialect, answer: HttpAnswer, details: readonly Detail[], kept: JsonObject): Result<Done> {
  const task = viewTask(dialect.taskIn(answer));
  if (task === null) return succeed(doneBy(answer, { message: 'Bitrix24 accepted it without showing the task.' }));
  const lacks = [...describeLacks(details, task)];
  const status = task.extra.statusCode;
  if (kept.status !== undefined && status !== undefined && status !== kept.status) {
    lacks.push(`the status is now ${task.status}`);
  }
  return lacks.length === 0 ? succeed(doneBy(answer)) : fail(notApplied(answer, lacks));
}

/** Bitrix24 accepted the write and did not do all of it. */
export function notApplied(answer: HttpAnswer, lacks: readonly string[]): Failure {
  return {
    ...unexpectedAnswer(answer, 'write', 'Bitrix24', `did not apply all of it: ${lacks.join('; ')}`),
    code: 'NOT_APPLIED',
    suggestedAction: 'Look at the task in Bitrix24: a robot may have changed it, or the value is not taken there.',
  };
}

/** What is so already is sent as well. */
function isForbidden(args: Args, { extra }: TargetView): boolean {
  const { mayNotEdit } = extra;
  if (mayNotEdit !== 'but deadline') return mayNotEdit !== undefined;
  return wantedDetails(args).some(({ field }) => field !== 'deadline');
}

function ownParent(taskId: string): Failure {
  const message = `Task ${taskId} can not be its own parent.`;
  return localFailure('VALIDATION', 'OWN_PARENT', message, 'Correct parent_id.');
}

const planDates = ['start_date_plan', 'end_date_plan'] as const;

function describeProblem(args: Args): string | null {
  const { task_id, clear, ...values } = args;
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length === 0 && (clear ?? []).length === 0) {
    return 'changes nothing: fill in what is to be changed, or name in clear what is to be emptied';
  }
  if (args.parent_id === task_id) return 'names the task as its own parent';
  const named = planDates.filter((name) => args[name] !== undefined || clear?.includes(name) === true);
  if (named.length === 1) return 'names one of start_date_plan and end_date_plan: they are changed together';
  return describePlanProblem(args);
}
