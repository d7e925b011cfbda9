import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { isObject, type JsonObject } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader, Writer } from '../http.js';
import type { Done, Doubt, RowContext, Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { unknownFrom } from '../settle.js';
import type { TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';
import { existingTask } from './existing-task.js';
import { readOwnId } from './identify.js';
import { readListStatuses } from './list-statuses.js';
import { findMade, withMark } from './made-task.js';
import { type CreateArgs, createSchema, missingParts, missingTags, type NewTask, planTask } from './new-task.js';
import { describeChange, undoCreation } from './remake-task.js';
import { quoteTask } from './settle-task.js';
import { taskRef } from './task-ref.js';
import { viewTask } from './task-view.js';
import { expectObject, notApplied, writeTask } from './task-write.js';

const madeStep = 'create';

/**
 * `POST /v2/list/{id}/task` (published v2 document, 2026-07-30). There is no key that makes it idempotent, so the
 * description carries the row's mark. Tags that ClickUp leaves out are added one by one; what else it leaves out fails
 * the row, with the task's id.
 */
export const createTask = defineOperation({
  name: 'create',
  summary: 'Makes a task in a list.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  requestsVary: true,
  inverse: 'delete',
  undo: { needs: 'nothing', lost: [], take: undoCreation, changed: describeChange },
  makes: 'task',
  sideEffects: [
    'Assignees become watchers and are notified; automations may run.',
    'The description ends in a line that names the run and the row, unless the row says mark: no.',
    'Tags that the space does not have are made.',
  ],
  notices: { people: 'yes', peopleIn: 'assignees', automations: 'may' },
  settledBy:
    'The tasks made in the list since the attempt are read; it is done when one has the mark in its description. ' +
    "Without a mark, a task of the same name that the token's user made decides.",
  schema: createSchema,
  target: () => null,
  predict: (args) => ({ kind: 'will-do', changes: [{ field: 'task', before: null, after: args.name }] }),
  prepare: async (config: ClickUpConfig, args, reader) => {
    const planned = await planTask(config, args, reader);
    if (!planned.ok) return planned;
    const { listId, body } = planned.value;
    return succeed({ listId, ...(body.parent === undefined ? {} : { parent: body.parent }) });
  },
  findNamed: async (config: ClickUpConfig, args, reader) => {
    // A list that goes by its name is looked up by that.
    const list = args.list_id === undefined ? null : await readListStatuses(config, reader, args.list_id);
    // An answer without statuses tells all the same that the list is there.
    if (list?.ok === false && list.failure.httpStatus !== 200) return list;
    return args.parent === undefined ? succeed(null) : existingTask(config, reader, args.parent);
  },
  joins: 'parent',
  // "Must be in the same List specified in the path parameter" (published v2 document, 2026-07-30).
  refusesWhole: (_args, { id, title, placeId, place }, _target, { listId }) =>
    placeId === null || typeof listId !== 'string' || placeId === listId
      ? null
      : localFailure(
          'VALIDATION',
          'PARENT_IN_OTHER_LIST',
          `The parent "${title}" (${id}) is in the list ${place ?? '?'} (${placeId}), and the row makes a task in the list ${listId}.`,
          'Name the list of the parent, or another parent.',
        ),
  execute: async (config: ClickUpConfig, args, writer, _target, _prepared, context) => {
    const planned = await planTask(config, args, writer);
    if (!planned.ok) return planned;
    const made = context.steps.done(madeStep)
      ? await findEarlier(args, planned.value, writer, context)
      : await make(args, planned.value, writer, context);
    return made.ok ? complete(config, planned.value, writer, made.value) : made;
  },
  settle: (config, args, reader, _reading, doubt) => settle(config, args, reader, doubt),
});

/** A task that was made, and the answer that told so, where it was this attempt's. */
interface Made {
  readonly task: TargetView;
  readonly answer: HttpAnswer | null;
}

async function make(args: CreateArgs, wanted: NewTask, writer: Writer, context: RowContext): Promise<Result<Made>> {
  const outcome = await writer.write({
    method: 'POST',
    path: ['v2', 'list', wanted.listId, 'task'],
    body: args.mark === false ? wanted.body : markBody(wanted.body, args, context.mark),
  });
  const result = expectSuccess(outcome, 'write', clickUpErrors);
  if (!result.ok) return result;
  const task = isObject(result.value.json) ? viewTask(result.value.json) : null;
  if (task === null) return fail(unexpectedAnswer(result.value, 'write', 'ClickUp', 'it holds no task'));
  await context.steps.finish(madeStep);
  return succeed({ task, answer: result.value });
}

function markBody(body: JsonObject, args: CreateArgs, mark: string): JsonObject {
  if (args.markdown_content !== undefined) return { ...body, markdown_content: withMark(args.markdown_content, mark) };
  return { ...body, description: withMark(args.description, mark) };
}

/** The task that an earlier attempt at this row made; only its tags are left to do. */
async function findEarlier(
  args: CreateArgs,
  wanted: NewTask,
  reader: Reader,
  context: RowContext,
): Promise<Result<Made>> {
  const mark = args.mark === false ? null : context.mark;
  const found = await findMade(reader, { listId: wanted.listId, title: args.name, mark, sinceMs: 0 });
  if (!found.ok) return found;
  const [task, ...others] = found.value;
  if (task !== undefined && others.length === 0) return succeed({ task, answer: null });
  return fail(madeButNotFound(args.name, found.value.length));
}

/** Adds the tags that are missing, and fails the row when anything else is. */
async function complete(config: ClickUpConfig, wanted: NewTask, writer: Writer, made: Made): Promise<Result<Done>> {
  const { task } = made;
  let last = made.answer;
  for (const tag of missingTags(wanted, task)) {
    const added = await writeTask(config, writer, taskRef(task.id), task, { method: 'POST', below: ['tag', tag] });
    const read = added.ok ? expectObject(added.value) : added;
    if (!read.ok) return read;
    last = read.value;
  }
  const lacks = missingParts(wanted, task);
  if (lacks.length > 0)
    return fail(made.answer === null ? lacking(task, lacks) : madeWithout(made.answer, task, lacks));
  const facts = { url: task.url, createdId: task.id };
  if (last !== null) return succeed({ ...doneBy(last), ...facts });
  return succeed({ outcome: 'done', httpStatus: 200, requestId: null, message: null, ...facts });
}

/** Settles by the mark, or without one by name, creator and time; what the difference of clocks could hide decides nothing. */
async function settle(config: ClickUpConfig, args: CreateArgs, reader: Reader, doubt: Doubt): Promise<Settlement> {
  const planned = await planTask(config, args, reader);
  if (!planned.ok) return unknownFrom(planned.failure);
  const wanted = planned.value;
  const mark = args.mark === false ? null : doubt.mark;
  const sinceMs = doubt.attemptStartedAtMs;
  const own = mark === null ? await readOwnId(config, reader) : null;
  if (own?.ok === false) return unknownFrom(own.failure);
  const creatorId = own?.value ?? null;
  const found = await findMade(reader, { listId: wanted.listId, title: args.name, mark, creatorId, sinceMs });
  if (!found.ok) return unknownFrom(found.failure);
  const [task, ...others] = found.value;
  if (task === undefined) {
    if (doubt.steps.done(madeStep)) return { kind: 'unknown', evidence: madeButNotFound(args.name, 0).message };
    return { kind: 'not-done', evidence: `No task of this row was made in the list ${wanted.listId}.` };
  }
  const ids = found.value.map(({ id }) => id).join(', ');
  if (others.length > 0) return { kind: 'unknown', evidence: `Several tasks could be the row's: ${ids}.` };
  if (mark === null && Date.parse(task.created ?? '') < sinceMs) {
    return { kind: 'unknown', evidence: `${quoteTask(task)} has the name, but was made shortly before the attempt.` };
  }
  const tags = missingTags(wanted, task);
  if (tags.length > 0 && doubt.steps.done(madeStep)) {
    return { kind: 'not-done', evidence: `${quoteTask(task)} was made, and still lacks the tags ${tags.join(', ')}.` };
  }
  const lacks = [...missingParts(wanted, task), ...tags.map((tag) => `the tag "${tag}" was not added`)];
  if (lacks.length > 0) return { kind: 'failed', failure: lacking(task, lacks), createdId: task.id };
  return { kind: 'done', evidence: `The task ${quoteTask(task)} was made by this row.`, createdId: task.id };
}

function madeWithout(answer: HttpAnswer, task: TargetView, lacks: readonly string[]): Failure {
  return { ...lacking(task, lacks), ...pickAnswer(notApplied(answer, lacks)) };
}

function pickAnswer({ phase, httpStatus, requestId }: Failure): Pick<Failure, 'phase' | 'httpStatus' | 'requestId'> {
  return { phase, httpStatus, requestId };
}

function lacking(task: TargetView, lacks: readonly string[]): Failure {
  const message = `ClickUp made the task ${quoteTask(task)}, but not all of it as asked: ${lacks.join('; ')}.`;
  const action = `Correct the task ${task.id} in ClickUp, or delete it before the row is run again: it would make another.`;
  return { ...localFailure('API_ERROR', 'NOT_APPLIED', message, action), phase: 'answered', effect: 'possible' };
}

function madeButNotFound(name: string, count: number): Failure {
  const what = count === 0 ? 'is not in the list any more' : `is one of ${count} that could be it`;
  const message = `The task "${name}" was made by an earlier attempt and ${what}.`;
  const action = 'Look for it in ClickUp before the row is run again.';
  return { ...localFailure('CONFLICT', 'MADE_TASK_NOT_FOUND', message, action), effect: 'possible', phase: 'answered' };
}
