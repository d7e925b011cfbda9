import { touch } from './apply-changes.js';
import { findTask } from './change-task.js';
import type { Caller, Portal } from './task.js';
import type { TaskComment } from './task-store.js';

/**
 * Why a comment could not be reached: with the task gone (or closed to the caller) Bitrix24 answers
 * `ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE`, even to a list.
 */
export type CommentProblem = 'no-task' | 'no-comment';

export type CommentResult =
  | { readonly ok: true; readonly comment: TaskComment }
  | { readonly ok: false; readonly problem: CommentProblem };

export function listComments(portal: Portal, caller: Caller, taskId: number): readonly TaskComment[] | null {
  return findTask(portal, caller, taskId).ok ? portal.store.commentsOf(taskId) : null;
}

export function findComment(portal: Portal, caller: Caller, taskId: number, id: number): CommentResult {
  if (!findTask(portal, caller, taskId).ok) return { ok: false, problem: 'no-task' };
  const comment = portal.store.getComment(taskId, id);
  return comment === undefined ? { ok: false, problem: 'no-comment' } : { ok: true, comment };
}

export function addComment(portal: Portal, caller: Caller, taskId: number, message: string): CommentResult {
  const found = findTask(portal, caller, taskId);
  if (!found.ok) return { ok: false, problem: 'no-task' };
  const nowMs = caller.context.now();
  const comment = portal.store.addComment({ taskId, authorId: caller.actor.userId, message, createdAt: nowMs });
  touch(found.task, nowMs);
  noteComment(caller, comment, 'create');
  return { ok: true, comment };
}

export function changeComment(
  portal: Portal,
  caller: Caller,
  taskId: number,
  id: number,
  message: string,
): CommentResult {
  const found = findComment(portal, caller, taskId, id);
  if (!found.ok || found.comment.message === message) return found;
  found.comment.message = message;
  noteComment(caller, found.comment, 'update');
  return found;
}

export function removeComment(portal: Portal, caller: Caller, taskId: number, id: number): CommentResult {
  const found = findComment(portal, caller, taskId, id);
  if (!found.ok) return found;
  portal.store.removeComment(found.comment);
  noteComment(caller, found.comment, 'delete');
  return found;
}

function noteComment(caller: Caller, comment: TaskComment, action: string): void {
  caller.context.effect({ kind: 'comment', target: String(comment.taskId), detail: { action, commentId: comment.id } });
}
