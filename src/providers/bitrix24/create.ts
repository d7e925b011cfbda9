import { z } from 'zod';
import { type Failure, fail, succeed } from '../../failure.js';
import { field } from '../../json.js';
import { flag } from '../columns.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader } from '../http.js';
import { type Doubt, defineOperation, type Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { unknownFrom } from '../settle.js';
import type { TargetView } from '../target.js';
import type { Bitrix24Config } from './config.js';
import { bitrix24Errors } from './errors.js';
import { findMarked } from './mark.js';
import { refuseUnconfirmed } from './status-change.js';
import {
  type Detail,
  describeLacks,
  detailColumns,
  responsibleColumn,
  titleColumn,
  wantedDetails,
} from './task-details.js';
import { viewTask } from './task-view.js';
import { bodyOf, notApplied } from './update.js';

const schema = z.object({
  ...detailColumns,
  title: titleColumn,
  responsible_id: responsibleColumn,
  mark: flag({
    about: 'Whether the task gets a tag that names the run and the row, by which it is found after doubt. Default yes.',
    example: 'yes',
  }).optional(),
});

type Args = z.output<typeof schema>;

/**
 * `POST /v1/tasks` (Vibecode's task pages). There is no key that makes it idempotent, so the task carries the row's mark
 * among its tags.
 */
export const createTask = defineOperation({
  name: 'create',
  summary: 'Makes a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'delete',
  sideEffects: [
    'The task gets a tag that names the run and the row, unless the row says mark: no.',
    'Members are notified, and webhooks and robots run.',
  ],
  settledBy:
    'The tasks made since the attempt are read; it is done when one has the mark among its tags. Without a mark, a ' +
    'person has to look.',
  schema,
  target: () => null,
  predict: (args) => ({ kind: 'will-do', changes: [{ field: 'task', before: null, after: args.title }] }),
  execute: async (_config: Bitrix24Config, args, writer, _target, _prepared, context) => {
    const details = detailsOf(args, context.mark);
    const outcome = await writer.write({ method: 'POST', path: ['v1', 'tasks'], body: bodyOf(details) });
    const result = expectSuccess(outcome, 'write', bitrix24Errors);
    if (!result.ok) return result;
    const refusal = refuseUnconfirmed(result.value);
    if (refusal !== null) return fail(refusal);
    const task = viewTask(field(result.value.json, 'data'));
    if (task === null) return fail(unexpectedAnswer(result.value, 'write', 'Bitrix24', 'it holds no task'));
    const lacks = describeLacks(details, task);
    if (lacks.length > 0) return fail(madeWithout(result.value, task, lacks));
    return succeed({ ...doneBy(result.value), createdId: task.id });
  },
  settle: (_config, args, reader, _reading, doubt) => settle(args, reader, doubt),
});

function detailsOf(args: Args, mark: string): readonly Detail[] {
  return wantedDetails(args.mark === false ? args : { ...args, tags: [...(args.tags ?? []), mark] });
}

async function settle(args: Args, reader: Reader, doubt: Doubt): Promise<Settlement> {
  if (args.mark === false) {
    return { kind: 'unknown', evidence: 'The row says mark: no, so nothing tells its task from others.' };
  }
  const found = await findMarked(reader, doubt.mark, doubt.attemptStartedAtMs);
  if (!found.ok) return unknownFrom(found.failure.message);
  const { marked, untold } = found.value;
  const [task, ...others] = marked;
  if (task !== undefined) {
    const ids = marked.map(({ id }) => id).join(', ');
    if (others.length > 0) return { kind: 'unknown', evidence: `Several tasks have the mark of the row: ${ids}.` };
    const lacks = describeLacks(detailsOf(args, doubt.mark), task);
    if (lacks.length > 0) return { kind: 'failed', failure: lacking(task, lacks) };
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
