import type { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, type JsonObject, type JsonValue, textField } from '../../json.js';
import { identifier } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Reader } from '../http.js';
import type { Change, Doubt, Settlement } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import { unknownFrom } from '../settle.js';
import { type Reading, refById, type TargetView } from '../target.js';
import { isBlankCell, notTakenBack, type SeenPast, takenBackBy, type Undoing } from '../undo.js';
import { taskSchema } from './columns.js';
import { findComment } from './comments.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';
import { readTask, requireTask } from './locate-task.js';
import { quoteTask, settleDeletion } from './settle-task.js';
import { refOf, requireRef } from './task-ref.js';
import { namesOf } from './undo-task.js';

const schema = taskSchema({
  comment_id: identifier(
    {
      about: 'The id of the comment, as the report of the run tells it that wrote it.',
      example: '90110200841741',
      fix: 'Copy the id of the comment again; format the column as text before pasting.',
    },
    { parse: parseCommentId },
  ),
});

type Args = z.output<typeof schema>;

/** A number in live answers, text in the published document; digits in both. */
function parseCommentId(value: string): { readonly id: string } | { readonly reason: string } {
  return /^[1-9]\d{0,19}$/.test(value) ? { id: value } : { reason: 'is no id of a comment: those are digits' };
}

/**
 * `DELETE /v2/comment/{comment_id}` (published v2 document, 2026-07-30). It takes the comment's id alone, so the comment
 * is looked for among those of the row's task first, also where nothing else is read (`--look none`): a wrong id must
 * neither pass for done nor hit a comment elsewhere.
 */
export const deleteComment = defineOperation({
  name: 'delete-comment',
  summary: 'Deletes a comment of a task for good, whoever wrote it.',
  risk: 'irreversible',
  repeat: 'safe',
  distinctBy: 'content',
  requestsPerRow: 1,
  readBackRequests: 2,
  inverse: 'comment',
  undo: {
    needs: 'reading',
    lost: ['the id of the comment, and who had written it when', 'its formatting, files, replies and reactions'],
    take: writeAgain,
  },
  sideEffects: ['Its replies and reactions go with it.', 'Who was notified of it stays notified.'],
  settledBy: "The task's comments are read; it is done when none of them has that id.",
  schema,
  target: refOf,
  predict: (args, target, prepared) =>
    deletedBefore(target).includes(args.comment_id)
      ? { kind: 'nothing-to-do', reason: `The comment ${args.comment_id} is deleted already.` }
      : { kind: 'will-do', changes: changesOf(args, prepared) },
  leaves: (args, target) => ({
    ...target,
    extra: { ...target.extra, deletedComments: [...deletedBefore(target), args.comment_id] },
  }),
  prepare: (config: ClickUpConfig, args, reader, target) => prepare(config, args, reader, target),
  execute: async (config: ClickUpConfig, args, writer, target) => {
    const outcome = await writer.write({ method: 'DELETE', path: ['v2', 'comment', args.comment_id] });
    const result = expectSuccess(outcome, 'write', clickUpErrors);
    if (result.ok) return succeed(doneBy(result.value, { url: target?.url ?? null }));
    if (result.failure.type !== 'NOT_FOUND' || outcome.kind === 'loss') return result;
    // It was there a moment ago; but ClickUp answers what is gone and what is hidden alike.
    const reading = await readTask(config, writer, refById(requireRef(args), target));
    const settlement = await settle(args, writer, reading, { seenBefore: true });
    if (settlement.kind !== 'done') return result;
    return succeed(doneBy(outcome, { outcome: 'already', message: settlement.evidence }));
  },
  settle: (_config, args, reader, reading, doubt) => settle(args, reader, reading, doubt),
});

/** Comments that earlier rows delete: a task does not tell of its comments. */
function deletedBefore({ extra }: TargetView): readonly JsonValue[] {
  return Array.isArray(extra.deletedComments) ? extra.deletedComments : [];
}

/** The comment as it is: what goes with it, and what it takes to write it again. */
async function prepare(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  target: TargetView | null,
): Promise<Result<JsonObject>> {
  const task = await requireTask(config, reader, requireRef(args), target);
  if (!task.ok) return task;
  const comment = await findComment(reader, task.value, args.comment_id);
  if (!comment.ok) return comment;
  if (comment.value === null) return fail(noSuchComment(task.value, args.comment_id));
  const { text, replies, reactions, resolved, assignee } = comment.value;
  return succeed({
    text,
    ...(replies > 0 ? { replies } : {}),
    ...(reactions > 0 ? { reactions } : {}),
    ...(resolved ? { resolved } : {}),
    ...(assignee === null ? {} : { assignee }),
  });
}

function noSuchComment(task: TargetView, id: string): Failure {
  return localFailure(
    'NOT_FOUND',
    'COMMENT_NOT_FOUND',
    `${quoteTask(task)} has no comment ${id}.`,
    'Check the id of the comment, and that it is one of this task and no reply to another comment.',
  );
}

/** Named by the comment's id: another row's comment on the same task is another thing. */
function changesOf({ comment_id: id }: Args, prepared: JsonObject): Change[] {
  const gone = (name: string, before: string | null): Change[] =>
    before === null ? [] : [{ field: name, before, after: null }];
  return [
    { field: 'comment', before: textField(prepared, 'text') ?? id, after: null },
    ...gone(`replies to ${id}`, textField(prepared, 'replies')),
    ...gone(`reactions to ${id}`, textField(prepared, 'reactions')),
    ...gone(`${id} resolved`, field(prepared, 'resolved') === true ? 'yes' : null),
    ...gone(`assignee of ${id}`, textField(prepared, 'assignee')),
  ];
}

async function settle(
  args: Args,
  reader: Reader,
  reading: Reading | null,
  doubt: Pick<Doubt, 'seenBefore'>,
): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleDeletion(reading, doubt);
  const comment = await findComment(reader, reading.target, args.comment_id);
  if (!comment.ok) return unknownFrom(comment.failure);
  const name = quoteTask(reading.target);
  if (comment.value === null) return { kind: 'done', evidence: `${name} has no comment ${args.comment_id}.` };
  return { kind: 'not-done', evidence: `${name} still has the comment ${args.comment_id}.` };
}

function writeAgain(_args: Args, { view, prepared }: SeenPast): Undoing {
  const text = textField(prepared, 'text') ?? '';
  if (isBlankCell(text)) return notTakenBack('The comment held no text that could be written again.');
  const assignee = textField(prepared, 'assignee');
  const values = { ...namesOf(view), comment: text, ...(assignee === null ? {} : { comment_assignee: assignee }) };
  const lost = field(prepared, 'resolved') === true ? ['that the comment was resolved'] : [];
  return takenBackBy([{ operation: 'comment', values }], lost);
}
