import type { SandboxAnswer } from '../service.js';
import { type Call, findTask, param } from './call.js';
import type { Task } from './model.js';

/** `DELETE /v2/task/{task_id}`: 204 without a body. Subtasks go along, each with an effect of its own kind. */
export function deleteTask(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  call.context.effect({ kind: 'delete', target: task.id, detail: { name: task.name } });
  deleteSubtasks(call, task);
  call.state.trashTask(task);
  return { status: 204 };
}

export function deleteSubtasks(call: Call, parent: Task): void {
  for (const child of [...parent.children]) {
    call.context.effect({ kind: 'cascade-delete', target: child.id, detail: { parent: parent.id } });
    deleteSubtasks(call, child);
    call.state.trashTask(child);
  }
}
