import type { JsonValue, SandboxAnswer } from '../service.js';
import { type Call, findTask, ok, param, readObject } from './call.js';
import type { Comment, Task } from './model.js';
import { refuse, refuseUnknownId } from './refusal.js';
import { showUser } from './show-task.js';
import { type ClickUpState, tokenUser } from './state.js';

const pageSize = 25;

/** `POST /v2/task/{task_id}/comment`; the refusals' code is ours, since none is published. */
export function addComment(call: Call): SandboxAnswer {
  const { state, context } = call;
  const task = findTask(call, param(call, 0));
  const { comment_text: text, notify_all: notifyAll, assignee } = readObject(call);
  if (typeof text !== 'string' || text === '') return refuse(400, 'INPUT_010', 'Comment text invalid');
  if (typeof notifyAll !== 'boolean') return refuse(400, 'INPUT_011', 'notify_all must be a boolean');
  const user = typeof assignee === 'number' ? (state.users.get(assignee) ?? null) : null;
  const comment: Comment = { id: state.nextCommentId(), task, text, createdMs: context.now(), assignee: user };
  state.comments.set(comment.id, comment);
  context.effect({ kind: 'comment', target: task.id, detail: { comment_id: comment.id, text } });
  return ok({ id: comment.id, hist_id: state.nextHistoryId(), date: comment.createdMs });
}

/** `GET /v2/task/{task_id}/comment`: newest first, 25 a page; `start` and `start_id` name the last one of the page before. */
export function getComments(call: Call): SandboxAnswer {
  const { state, request } = call;
  const task = findTask(call, param(call, 0));
  const all = commentsOf(state, task);
  const startId = request.query.get('start') === null ? null : request.query.get('start_id');
  const from = startId === null ? 0 : all.findIndex(({ id }) => String(id) === startId) + 1;
  return ok({ comments: all.slice(from, from + pageSize).map(showComment) });
}

/** `DELETE /v2/comment/{comment_id}` */
export function deleteComment(call: Call): SandboxAnswer {
  const comment = call.state.comments.get(Number(param(call, 0))) ?? refuseUnknownId();
  call.state.comments.delete(comment.id);
  call.context.effect({ kind: 'delete-comment', target: String(comment.id), detail: { task_id: comment.task.id } });
  return ok({});
}

/** Newest first. */
export function commentsOf(state: ClickUpState, task: Task): readonly Comment[] {
  return [...state.comments.values()].filter((comment) => comment.task === task).reverse();
}

export function showComment(comment: Comment): { readonly [key: string]: JsonValue } {
  return {
    id: String(comment.id),
    comment: [{ text: comment.text }],
    comment_text: comment.text,
    user: showUser(tokenUser),
    resolved: false,
    assignee: comment.assignee && showUser(comment.assignee),
    assigned_by: comment.assignee && showUser(tokenUser),
    reactions: [],
    date: String(comment.createdMs),
    reply_count: '0',
  };
}
