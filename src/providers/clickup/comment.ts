import type { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { type JsonObject, textField } from '../../json.js';
import { flag, text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Reader } from '../http.js';
import type { Doubt, Settlement } from '../operation.js';
import { unexpectedAnswer } from '../outcome.js';
import { unknownFrom } from '../settle.js';
import type { Reading, TargetView } from '../target.js';
import { deleteMadeComment } from '../undo.js';
import { taskSchema } from './columns.js';
import { findComment, readComments, type TaskComment } from './comments.js';
import type { ClickUpConfig } from './config.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { namingOf, refOf, requireRef } from './task-ref.js';
import { expectObject, writeTask } from './task-write.js';
import { findPeople } from './teams.js';
import { namesOf } from './undo-task.js';

/** ClickUp states no limit; a longer text in a cell is a mistake. */
const longestComment = 50_000;
/** How far the clocks here and there may differ. */
const skewMs = 5 * 60_000;

const schema = taskSchema({
  comment: text(
    { about: 'The text of the comment.', example: 'Checked, can be closed.', aliases: ['comment_text', 'text'] },
    { max: longestComment },
  ),
  notify_all: flag({
    about: 'Whether the author is notified too; assignees and watchers always are. Default no.',
    example: 'no',
  }).optional(),
  comment_assignee: text(
    {
      about: 'Who the comment is assigned to: user id, e-mail or name of a member of the workspace.',
      example: 'ada@example.com',
    },
    { max: 320 },
  ).optional(),
});

type Args = z.output<typeof schema>;

/** `POST /v2/task/{id}/comment` with `comment_text` and `notify_all` (published v2 document, 2026-07-30). */
export const commentOnTask = defineOperation({
  name: 'comment',
  summary: 'Adds a comment to a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  readBackRequests: 2,
  inverse: 'delete-comment',
  undo: {
    needs: 'nothing',
    lost: [],
    take: (args, { view, createdIds }) => deleteMadeComment(view === null ? namingOf(args) : namesOf(view), createdIds),
  },
  makes: 'comment',
  sideEffects: ['Assignees and watchers of the task are notified.', 'Automations may run.'],
  notices: { people: 'yes', automations: 'may' },
  settledBy: 'The comments are read; it is done when one with the same text was written since the attempt.',
  schema,
  target: refOf,
  predict: (args) => ({ kind: 'will-do', changes: [{ field: 'comment', before: null, after: args.comment }] }),
  prepare: (config: ClickUpConfig, args, reader) => findAssignee(config, args, reader),
  execute: async (config: ClickUpConfig, args, writer, target, prepared) => {
    const found = typeof prepared.assignee === 'number' ? succeed(prepared) : await findAssignee(config, args, writer);
    if (!found.ok) return found;
    const { assignee } = found.value;
    const body = {
      comment_text: args.comment,
      notify_all: args.notify_all ?? false,
      ...(assignee === undefined ? {} : { assignee }),
    };
    const answer = await writeTask(config, writer, requireRef(args), target, {
      method: 'POST',
      below: ['comment'],
      body,
    });
    const read = answer.ok ? expectObject(answer.value) : answer;
    if (!read.ok) return read;
    const createdId = textField(read.value.json, 'id');
    if (createdId === null) return fail(unexpectedAnswer(read.value, 'write', 'ClickUp', 'it holds no comment'));
    return succeed({ ...doneBy(read.value, { url: target?.url ?? null }), createdId });
  },
  settle: (_config, args, reader, reading, doubt) => settle(args, reader, reading, doubt),
});

/** The user id of who the comment is assigned to, for the plan. */
async function findAssignee(config: ClickUpConfig, args: Args, reader: Reader): Promise<Result<JsonObject>> {
  if (args.comment_assignee === undefined) return succeed({});
  const people = await findPeople(config, reader, [args.comment_assignee]);
  if (!people.ok) return people;
  const [assignee] = people.value;
  return succeed(assignee === undefined ? {} : { assignee });
}

/** How a comment that was written is now. What others added to it is theirs, and would go with it. */
async function judgeWritten(
  { comment: text, comment_assignee }: Args,
  reader: Reader,
  task: TargetView,
  id: string,
): Promise<Settlement> {
  const comment = await findComment(reader, task, id);
  if (!comment.ok) return unknownFrom(comment.failure);
  if (comment.value === null) {
    return { kind: 'not-done', gone: true, evidence: `${quoteTask(task)} has no comment ${id} any more.` };
  }
  if (tidy(comment.value.text) !== tidy(text)) {
    const evidence = `The comment ${id} was edited: it says ${JSON.stringify(comment.value.text)}.`;
    return { kind: 'not-done', evidence };
  }
  const added = describeAdded(comment.value, comment_assignee !== undefined);
  const evidence = `The comment ${id} has the same text.`;
  return added === null ? { kind: 'done', evidence } : { kind: 'done', evidence, since: `The comment ${id} ${added}.` };
}

function describeAdded({ replies, reactions, resolved, assignee }: TaskComment, isAssigned: boolean): string | null {
  if (replies > 0) return `has ${replies === 1 ? '1 reply' : `${replies} replies`}`;
  if (resolved) return 'was resolved';
  if (assignee !== null && !isAssigned) return `was assigned to user ${assignee}`;
  return reactions > 0 ? `has ${reactions === 1 ? '1 reaction' : `${reactions} reactions`}` : null;
}

/**
 * The same text since the attempt began is ours. Where the clocks could hide that, one that is a little older decides
 * nothing, so that no comment is written twice.
 */
async function settle(args: Args, reader: Reader, reading: Reading | null, doubt: Doubt): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleByTask(reading, doubt, () => ({ done: false, evidence: '' }));
  const [id] = doubt.createdIds ?? [];
  if (id !== undefined) return judgeWritten(args, reader, reading.target, id);
  const sinceMs = doubt.attemptStartedAtMs;
  const comments = await readComments(reader, reading.target, sinceMs - skewMs);
  if (!comments.ok) return unknownFrom(comments.failure);
  const same = comments.value.filter((comment) => tidy(comment.text) === tidy(args.comment));
  const [ours, other] = same.filter(({ writtenMs }) => writtenMs >= sinceMs);
  if (ours !== undefined) {
    const evidence = `The comment ${ours.id} has the same text.`;
    // Of several, nothing tells which is ours, and undo would delete it.
    return other === undefined ? { kind: 'done', evidence, createdId: ours.id } : { kind: 'done', evidence };
  }
  const [near] = same;
  if (near === undefined) return { kind: 'not-done', evidence: 'No comment since the attempt has that text.' };
  const evidence = `The comment ${near.id} has the same text, but was written shortly before the attempt.`;
  return { kind: 'unknown', evidence };
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
