import { z } from 'zod';
import { type Failure, fail, succeed } from '../../failure.js';
import { flag } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader } from '../http.js';
import type { Doubt, Settlement } from '../operation.js';
import { unexpectedAnswer } from '../outcome.js';
import { unknownFrom } from '../settle.js';
import type { TargetView } from '../target.js';
import type { Bitrix24Config } from './config.js';
import { batchSize, type Dialect } from './dialect.js';
import { lookUpParent } from './look-up-parent.js';
import { findMarked, readMadeSince } from './mark.js';
import { describeChange, undoCreation } from './remake-task.js';
import {
  type Detail,
  describeLacks,
  describePlanProblem,
  detailColumns,
  responsibleColumn,
  titleColumn,
  wantedDetails,
} from './task-details.js';
import { viewTask } from './task-view.js';
import { fieldsOf, notApplied } from './update.js';
import { writeConfirmed } from './write-confirmed.js';

const schema = z
  .object({
    ...detailColumns,
    title: titleColumn,
    responsible_id: responsibleColumn,
    mark: flag({
      about:
        'Whether the task gets a tag that names the run and the row, by which it is found after doubt. Default yes.',
      example: 'yes',
    }).optional(),
  })
  .superRefine((args, context) => {
    const problem = describePlanProblem(args);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

type Args = z.output<typeof schema>;

/**
 * `POST /v1/tasks` (Vibecode's task pages) or `tasks.task.add`. Neither has a key that makes it idempotent, so the task
 * carries the row's mark among its tags.
 */
export const createTask = defineOperation({
  name: 'create',
  summary: 'Makes a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  rowsPerRequest: batchSize,
  inverse: 'delete',
  undo: { needs: 'nothing', lost: [], take: undoCreation, changed: describeChange },
  makes: 'task',
  sideEffects: [
    'A parent is looked up: one request more for each that the rows name.',
    'The task gets a tag that names the run and the row, unless the row says mark: no.',
    'Members are notified, and webhooks and robots run.',
  ],
  notices: { people: 'yes', automations: 'yes' },
  settledBy:
    'The tasks made since the attempt are read; it is done when one has the mark among its tags. Without a mark, one of ' +
    'the same title, project and details decides.',
  schema,
  target: () => null,
  predict: (args) => ({ kind: 'will-do', changes: [{ field: 'task', before: null, after: args.title }] }),
  restsOn: 'parent_id',
  findNamed: async (config: Bitrix24Config, args, reader) => {
    if (args.parent_id === undefined) return succeed(null);
    const found = await lookUpParent(config, reader, args.parent_id, null);
    return found.ok ? succeed(null) : found;
  },
  execute: async ({ dialect }: Bitrix24Config, args, writer, _target, _prepared, context) => {
    const details = detailsOf(args, context.mark);
    const result = await writeConfirmed(dialect, writer, dialect.createTask(fieldsOf(details)));
    if (!result.ok) return result;
    const task = viewTask(dialect.taskIn(result.value));
    if (task === null) return fail(unexpectedAnswer(result.value, 'write', 'Bitrix24', 'it holds no task'));
    const lacks = describeLacks(details, task);
    if (lacks.length > 0) return fail(madeWithout(result.value, task, lacks));
    return succeed({ ...doneBy(result.value), createdId: task.id });
  },
  settle: ({ dialect }, args, reader, _reading, doubt) => settle(dialect, args, reader, doubt),
});

function detailsOf(args: Args, mark: string): readonly Detail[] {
  return wantedDetails(args.mark === false ? args : { ...args, tags: [...(args.tags ?? []), mark] });
}

async function settle(dialect: Dialect, args: Args, reader: Reader, doubt: Doubt): Promise<Settlement> {
  if (args.mark === false) return settleUnmarked(dialect, args, reader, doubt.attemptStartedAtMs);
  const found = await findMarked(dialect, reader, doubt.mark, doubt.attemptStartedAtMs);
  if (!found.ok) return unknownFrom(found.failure);
  const { marked, untold } = found.value;
  const [task, ...others] = marked;
  if (task !== undefined) {
    const ids = marked.map(({ id }) => id).join(', ');
    if (others.length > 0) return { kind: 'unknown', evidence: `Several tasks have the mark of the row: ${ids}.` };
    const lacks = describeLacks(detailsOf(args, doubt.mark), task);
    if (lacks.length > 0) return { kind: 'failed', failure: lacking(task, lacks), createdId: task.id };
    return {
      kind: 'done',
      evidence: `The task "${task.title}" (${task.id}) has the mark of the row.`,
      createdId: task.id,
    };
  }
  if (untold.length > 0) {
    return { kind: 'unknown', evidence: 'Bitrix24 did not tell the tags of all tasks made since the attempt.' };
  }
  return { kind: 'not-done', evidence: 'No task made since the attempt has the mark of the row.' };
}

/** Nothing tells which user the key is, so title, project and details have to do. What leaves a choice decides nothing. */
async function settleUnmarked(dialect: Dialect, args: Args, reader: Reader, sinceMs: number): Promise<Settlement> {
  const fresh = await readMadeSince(dialect, reader, sinceMs);
  if (!fresh.ok) return unknownFrom(fresh.failure);
  const same = fresh.value.filter(({ title }) => title.trim() === args.title.trim());
  const [task, ...others] = same;
  if (task === undefined) return { kind: 'not-done', evidence: `No task "${args.title}" was made since the attempt.` };
  const ids = same.map(({ id }) => id).join(', ');
  if (others.length > 0) return { kind: 'unknown', evidence: `Several tasks have the title: ${ids}.` };
  // Bitrix24 keeps whole seconds.
  const isOlder = Date.parse(task.created ?? '') < Math.floor(sinceMs / 1_000) * 1_000;
  if (isOlder) return { kind: 'unknown', evidence: `The task ${ids} has the title, but is older than the attempt.` };
  const lacks = describeLacks(wantedDetails(args), task);
  if (lacks.length > 0) return { kind: 'unknown', evidence: `The task ${ids} has the title, but ${lacks.join('; ')}.` };
  return {
    kind: 'done',
    evidence: `The task "${task.title}" (${ids}) was made since the attempt.`,
    createdId: task.id,
  };
}

function madeWithout(answer: HttpAnswer, task: TargetView, lacks: readonly string[]): Failure {
  return { ...notApplied(answer, lacks), ...describeMade(task, lacks) };
}

function lacking(task: TargetView, lacks: readonly string[]): Failure {
  return {
    type: 'API_ERROR',
    code: 'NOT_APPLIED',
    ...describeMade(task, lacks),
    phase: 'answered',
    effect: 'possible',
    scope: 'row',
    retryable: false,
    httpStatus: null,
    requestId: null,
  };
}

function describeMade(task: TargetView, lacks: readonly string[]): Pick<Failure, 'message' | 'suggestedAction'> {
  return {
    message: `Bitrix24 made the task "${task.title}" (${task.id}), but not all of it as asked: ${lacks.join('; ')}.`,
    suggestedAction: `Correct the task ${task.id}, or delete it before the row is run again: it would make another.`,
  };
}
