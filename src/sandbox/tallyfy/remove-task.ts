import type { SandboxAnswer } from '../service.js';
import { answerData, forbidden, noContent, refused } from './answers.js';
import { type Call, findOneOff, isAdmin, recordChange } from './call.js';
import { cloneOneOff } from './create-task.js';
import { removeTask } from './state.js';
import { presentTask } from './task-view.js';

/** `DELETE /tasks/{id}`: archives a one-off task; 204. A second call does not find it. */
export function archiveTask(call: Call): SandboxAnswer {
  const target = findOneOff(call, 'live');
  if ('refusal' in target) return target.refusal;
  target.found.archivedAtMs = call.context.now();
  recordChange(call, 'archive', target.found);
  return noContent;
}

/** `PUT /tasks/{id}/restore`. */
export function restoreTask(call: Call): SandboxAnswer {
  const target = findOneOff(call, 'any');
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  if (task.archivedAtMs === null) return refused('task', 'The task is not archived.');
  task.archivedAtMs = null;
  recordChange(call, 'restore', task);
  return answerData(presentTask(call.state, task, 'single'));
}

/** `DELETE /tasks/{id}/delete`: for good, archived or not; 204, and 404 from then on. */
export function deleteTask(call: Call): SandboxAnswer {
  const target = findOneOff(call, 'any');
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  if (!isAdmin(call) && task.starterId !== call.actor.id) {
    return forbidden('You do not have permission to delete this task.');
  }
  removeTask(call.state, task);
  recordChange(call, 'delete', task, { title: task.title });
  return noContent;
}

/** `POST /tasks/{id}/clone`. */
export function cloneTask(call: Call): SandboxAnswer {
  const target = findOneOff(call, 'live');
  return 'refusal' in target ? target.refusal : cloneOneOff(call, target.found);
}
