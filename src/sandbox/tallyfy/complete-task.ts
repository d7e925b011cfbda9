import type { JsonValue, SandboxAnswer } from '../service.js';
import { answerData, forbidden, invalid, refused } from './answers.js';
import { type Call, type Found, findOneOff, findRunTask, isAdmin, recordChange } from './call.js';
import { FieldReader } from './field-reader.js';
import { isFilled } from './field-values.js';
import { markCompleted, markOpen } from './records.js';
import { ensureUser, hasOpenProblem, type Task } from './state.js';
import { presentTask } from './task-view.js';

/** `POST /completed-tasks`. */
export function completeOneOff(call: Call): SandboxAnswer {
  return complete(call, (taskId) => findOneOff(call, 'live', taskId));
}

/** `POST /runs/{run}/completed-tasks`. */
export function completeRunTask(call: Call): SandboxAnswer {
  return complete(call, (taskId) => findRunTask(call, taskId));
}

/** `DELETE /completed-tasks/{id}`. */
export function reopenOneOff(call: Call): SandboxAnswer {
  return reopen(call, findOneOff(call, 'live'));
}

/** `DELETE /runs/{run}/completed-tasks/{id}`. */
export function reopenRunTask(call: Call): SandboxAnswer {
  return reopen(call, findRunTask(call));
}

function complete(call: Call, find: (taskId: string) => Found<Task>): SandboxAnswer {
  const fields = new FieldReader(call.request.body);
  const taskId = fields.text('task_id', { required: true });
  const isApproved = fields.flag('is_approved');
  const overrideUser = fields.integer('override_user', 1);
  const malformed = fields.refusal();
  if (malformed !== undefined || taskId === undefined) return malformed ?? invalid(new Map());
  const target = find(taskId);
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  if (!mayComplete(call, task)) return forbidden('Only the assignees of this task can complete it.');
  if (task.completedAtMs !== null) return completeAgain(call, task);
  const refusal = checkPreconditions(call, task, isApproved);
  if (refusal !== undefined) return refusal;
  const completerId = ensureUser(call.state, overrideUser ?? call.actor.id).id;
  markCompleted(task, call.context.now(), completerId, readVerdict(task, isApproved));
  recordChange(call, 'complete', task, { is_approved: task.isApproved });
  return answerData(presentCompletion(call, task));
}

function mayComplete(call: Call, task: Task): boolean {
  return !task.canCompleteOnlyAssignees || isAdmin(call) || task.owners.users.includes(call.actor.id);
}

/**
 * The documentation calls the second completion an error; Tallyfy's MCP server (task_management.py) saw a 2xx that
 * changes nothing but fires webhook, mails and activity again.
 */
function completeAgain(call: Call, task: Task): SandboxAnswer {
  if (call.settings.secondCompletion === 'refuse') return refused('task_id', 'This task is already completed.');
  call.context.effect({ kind: 'webhook-refired', target: task.id });
  return answerData(presentCompletion(call, task));
}

function checkPreconditions(call: Call, task: Task, isApproved: boolean | undefined): SandboxAnswer | undefined {
  if (hasOpenProblem(task)) return refused('task_id', 'This task has an unresolved problem.');
  if (task.runId !== null && call.state.runs.get(task.runId)?.hasOpenIssue) {
    return refused('task_id', 'The process of this task has an unresolved issue.');
  }
  const missing = task.fields.filter((field) => field.required && !isFilled(field, task.values.get(field.id)));
  if (missing.length > 0) {
    return invalid(new Map(missing.map((field) => [field.id, [`The ${field.label} field is required.`]])));
  }
  if (task.taskType === 'approval' && isApproved === undefined) {
    return invalid(new Map([['is_approved', ['The is approved field is required.']]]));
  }
  return undefined;
}

/** `approval` stores what was sent; `expiring…` records EXPIRED for a false, silently; the others ignore it. */
function readVerdict(task: Task, isApproved: boolean | undefined): boolean | null {
  if (task.taskType === 'approval') return isApproved ?? null;
  const isExpiring = task.taskType === 'expiring' || task.taskType === 'expiring_email';
  return isExpiring ? (isApproved ?? true) : null;
}

function reopen(call: Call, target: Found<Task>): SandboxAnswer {
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  if (task.completedAtMs === null) return refused('task_id', 'This task is not completed.');
  markOpen(task);
  recordChange(call, 'reopen', task);
  return answerData(presentCompletion(call, task));
}

/** Only tasks of a run tell what the run's rules changed. */
function presentCompletion(call: Call, task: Task): JsonValue {
  const view = presentTask(call.state, task, 'single');
  if (!task.isOneOff) view.tasks_changed_by_rules = {};
  return view;
}
