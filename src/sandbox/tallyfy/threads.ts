import type { SandboxAnswer } from '../service.js';
import { answerData, hourlyCapReached, invalid, noContent, refused, resourceNotFound } from './answers.js';
import { type Call, type Found, findTask, recordChange } from './call.js';
import { FieldReader } from './field-reader.js';
import { addThread, markOpen, type NewThread } from './records.js';
import { type Task, THREAD_LABELS, type Thread } from './state.js';
import { presentThread } from './thread-view.js';

const THREAD_STATES = ['hide-for-guests', 'open', 'collapsed'] as const;

/**
 * `POST /tasks/{id}/comment` and `/bot-comment`. A comment labelled `problem` is a problem like any other; one labelled
 * `resolve` resolves nothing, that takes `/resolved-threads`.
 */
export function addComment(call: Call): SandboxAnswer {
  const target = findTask(call);
  if ('refusal' in target) return target.refusal;
  const thread = readThread(call);
  if ('refusal' in thread) return thread.refusal;
  return post(call, target.found, thread.found);
}

/** `POST /tasks/{id}/problem`. */
export function reportProblem(call: Call): SandboxAnswer {
  const target = findTask(call);
  if ('refusal' in target) return target.refusal;
  const thread = readThread(call);
  if ('refusal' in thread) return thread.refusal;
  return post(call, target.found, { ...thread.found, label: 'problem' });
}

/** `POST /tasks/{id}/resolved-threads`. */
export function resolveProblem(call: Call): SandboxAnswer {
  const target = findTask(call);
  if ('refusal' in target) return target.refusal;
  const fields = new FieldReader(call.request.body);
  const threadId = fields.text('thread_id', { required: true });
  const content = fields.text('content', { required: true });
  const refusal = fields.refusal();
  if (refusal !== undefined || content === undefined) return refusal ?? invalid(new Map());
  const problem = target.found.threads.find((thread) => thread.id === threadId && thread.label === 'problem');
  if (problem === undefined) return resourceNotFound;
  if (problem.resolveId !== null) return refused('thread_id', 'This problem is already resolved.');
  const answer = addThread(call.context, target.found, { label: 'resolve', content });
  problem.resolveId = answer.id;
  recordChange(call, 'resolve-problem', target.found, { thread_id: problem.id });
  return answerData(presentThread(problem));
}

/** `PUT /tasks/{id}/comment/{comment_id}`. */
export function updateComment(call: Call): SandboxAnswer {
  const target = findTask(call);
  if ('refusal' in target) return target.refusal;
  const thread = target.found.threads.find((each) => each.id === call.itemId);
  if (thread === undefined) return resourceNotFound;
  const fields = new FieldReader(call.request.body);
  const content = fields.text('content', { required: true });
  const state = fields.choice('state', THREAD_STATES);
  const refusal = fields.refusal();
  if (refusal !== undefined || content === undefined) return refusal ?? invalid(new Map());
  if (content !== thread.content || (state ?? thread.state) !== thread.state) {
    recordChange(call, 'update-comment', target.found, { thread_id: thread.id });
  }
  thread.content = content;
  thread.state = state ?? thread.state;
  return answerData(presentThread(thread));
}

/** `DELETE /tasks/{id}/comment/{comment_id}`. */
export function deleteComment(call: Call): SandboxAnswer {
  const target = findTask(call);
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  const kept = task.threads.filter((thread) => thread.id !== call.itemId);
  if (kept.length === task.threads.length) return resourceNotFound;
  task.threads = kept;
  recordChange(call, 'delete-comment', task, { thread_id: call.itemId });
  return noContent;
}

function readThread(call: Call): Found<NewThread> {
  const fields = new FieldReader(call.request.body);
  const content = fields.text('content', { required: true });
  const label = fields.choice('label', THREAD_LABELS) ?? 'comment';
  const state = fields.choice('state', THREAD_STATES);
  const refusal = fields.refusal();
  if (refusal !== undefined || content === undefined) return { refusal: refusal ?? invalid(new Map()) };
  return { found: { label, content, state } };
}

/** Every new thread counts against the hourly cap; a refused one leaves nothing behind. */
function post(call: Call, task: Task, newThread: NewThread): SandboxAnswer {
  const limit = call.settings.commentsPerHour;
  const waitMs = call.state.comments.take(call.context.now(), limit);
  if (waitMs !== null) return hourlyCapReached('comment', limit, waitMs);
  const thread = addThread(call.context, task, newThread);
  if (thread.label !== 'problem') {
    recordChange(call, 'comment', task, { thread_id: thread.id });
    return answerData(presentThread(thread), 201);
  }
  return answerData(presentThread(openProblem(call, task, thread)), 201);
}

/** A problem blocks the completion of its task, and reopens a task that is completed. */
function openProblem(call: Call, task: Task, problem: Thread): Thread {
  const reopened = task.completedAtMs !== null;
  if (reopened) markOpen(task);
  recordChange(call, 'report-problem', task, { thread_id: problem.id, reopened });
  return problem;
}
