import type { JsonValue, SandboxAnswer } from '../service.js';
import { type Call, findTask, ok, param, readObject } from './call.js';
import type { Comment, Task } from './model.js';
import { refuse, refuseUnknownId } from './refusal.js';
import { showUser } from './show-task.js';
import { type ClickUpState, tokenUser } from './state.js';

const pageSize = 25;
/** How long ago a comment was written that a fill makes: nobody takes it for one that was written just now. */
const filledAgeMs = 24 * 60 * 60_000;

/** `POST /v2/task/{task_id}/comment`; the refusals' code is ours, since none is published. */
export function addComment(call: Call): SandboxAnswer {
  return write(call, findTask(call, param(call, 0)), null);
}

/** `POST /v2/comment/{comment_id}/reply`; the published answer is an empty object. */
export function addReply(call: Call): SandboxAnswer {
  const parent = findComment(call);
  write(call, parent.task, parent);
  return ok({});
}

function write(call: Call, task: Task, parent: Comment | null): SandboxAnswer {
  const { state, context } = call;
  const { comment_text: text, notify_all: notifyAll, assignee } = readObject(call);
  if (typeof text !== 'string' || text === '') return refuse(400, 'INPUT_010', 'Comment text invalid');
  if (typeof notifyAll !== 'boolean') return refuse(400, 'INPUT_011', 'notify_all must be a boolean');
  const user = typeof assignee === 'number' ? (state.users.get(assignee) ?? null) : null;
  const id = state.nextCommentId();
  state.comments.set(id, { id, task, parent, text, createdMs: context.now(), assignee: user, resolved: false });
  const kind = parent === null ? 'comment' : 'reply';
  context.effect({ kind, target: task.id, detail: { comment_id: id, text } });
  return ok({ id, hist_id: state.nextHistoryId(), date: context.now() });
}

/**
 * `GET /v2/task/{task_id}/comment`: newest first, 25 a page, without replies; `start` and `start_id` name the last one of
 * the page before.
 */
export function getComments(call: Call): SandboxAnswer {
  const { state, request } = call;
  const task = findTask(call, param(call, 0));
  const all = commentsOf(state, task);
  const startId = request.query.get('start') === null ? null : request.query.get('start_id');
  const last = all.findIndex(({ id }) => String(id) === startId);
  // One that was deleted meanwhile is passed over by its date.
  const older = all.findIndex(({ createdMs }) => createdMs < Number(request.query.get('start')));
  const from = startId === null ? 0 : last >= 0 ? last + 1 : older >= 0 ? older : all.length;
  return ok({ comments: all.slice(from, from + pageSize).map((comment) => showComment(state, comment)) });
}

/** `GET /v2/comment/{comment_id}/reply` */
export function getReplies(call: Call): SandboxAnswer {
  const replies = repliesOf(call.state, findComment(call));
  return ok({ comments: replies.map((reply) => showComment(call.state, reply)) });
}

/** `PUT /v2/comment/{comment_id}`: the document has all three members required; what is left out stays. */
export function updateComment(call: Call): SandboxAnswer {
  const comment = findComment(call);
  const { comment_text: text, assignee, resolved } = readObject(call);
  if (typeof text === 'string' && text !== '') comment.text = text;
  if (typeof assignee === 'number') comment.assignee = call.state.users.get(assignee) ?? comment.assignee;
  if (typeof resolved === 'boolean') comment.resolved = resolved;
  call.context.effect({ kind: 'update-comment', target: comment.task.id, detail: { comment_id: comment.id } });
  return ok({});
}

/** `DELETE /v2/comment/{comment_id}`; its replies go with it. */
export function deleteComment(call: Call): SandboxAnswer {
  const { state, context } = call;
  const comment = findComment(call);
  for (const gone of [comment, ...repliesOf(state, comment)]) state.comments.delete(gone.id);
  context.effect({ kind: 'delete-comment', target: comment.task.id, detail: { comment_id: comment.id } });
  return ok({});
}

function findComment(call: Call): Comment {
  const comment = call.state.comments.get(Number(param(call, 0))) ?? refuseUnknownId();
  return comment.task.trashed ? refuse(404, 'ITEM_013', 'Task not found, deleted') : comment;
}

/** A comment with the id that a row names, or none, on the row's task. */
export function fillComment(state: ClickUpState, task: Task, id: number, isThere: boolean, nowMs: number): void {
  const known = state.comments.get(id);
  if (!isThere && known?.task === task) state.comments.delete(id);
  if (!isThere || known !== undefined || !Number.isSafeInteger(id) || id <= 0) return;
  const createdMs = nowMs - filledAgeMs;
  const filled = { text: 'Filled in to be deleted.', createdMs, assignee: null, resolved: false };
  state.comments.set(id, { id, task, parent: null, ...filled });
}

/** Newest first, without replies. */
export function commentsOf(state: ClickUpState, task: Task): readonly Comment[] {
  const own = [...state.comments.values()].filter((comment) => comment.task === task && comment.parent === null);
  return own.reverse().sort((one, other) => other.createdMs - one.createdMs);
}

function repliesOf(state: ClickUpState, parent: Comment): readonly Comment[] {
  return [...state.comments.values()].filter((comment) => comment.parent === parent);
}

export function showComment(state: ClickUpState, comment: Comment): { readonly [key: string]: JsonValue } {
  return {
    id: String(comment.id),
    comment: [{ text: comment.text }],
    comment_text: comment.text,
    user: showUser(tokenUser),
    resolved: comment.resolved,
    assignee: comment.assignee && showUser(comment.assignee),
    assigned_by: comment.assignee && showUser(tokenUser),
    reactions: [],
    date: String(comment.createdMs),
    reply_count: String(repliesOf(state, comment).length),
  };
}
