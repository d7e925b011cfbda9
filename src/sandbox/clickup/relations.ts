import type { SandboxAnswer } from '../service.js';
import { type Call, findTask, ok, param, readObject } from './call.js';
import { textsOf } from './create-task.js';
import { deleteSubtasks } from './delete-task.js';
import type { Task } from './model.js';
import { refuse } from './refusal.js';
import { showTask } from './show-task.js';

/** `POST /v2/task/{task_id}/dependency` */
export function addDependency(call: Call): SandboxAnswer {
  const { task, dependsOn } = readDependency(call, readObject(call));
  if (!task.dependencies.some((held) => held.task === task && held.dependsOn === dependsOn)) {
    const dependency = { task, dependsOn, createdMs: call.context.now() };
    task.dependencies.push(dependency);
    dependsOn.dependencies.push(dependency);
    call.context.effect({ kind: 'add-dependency', target: task.id, detail: { depends_on: dependsOn.id } });
  }
  return ok({});
}

/** `DELETE /v2/task/{task_id}/dependency?depends_on=` */
export function removeDependency(call: Call): SandboxAnswer {
  const { task, dependsOn } = readDependency(call, Object.fromEntries(call.request.query));
  const index = task.dependencies.findIndex((held) => held.task === task && held.dependsOn === dependsOn);
  const [dependency] = index < 0 ? [] : task.dependencies.splice(index, 1);
  if (dependency !== undefined) {
    dependsOn.dependencies.splice(dependsOn.dependencies.indexOf(dependency), 1);
    call.context.effect({ kind: 'remove-dependency', target: task.id, detail: { depends_on: dependsOn.id } });
  }
  return ok({});
}

/** `POST /v2/task/{task_id}/link/{links_to}` */
export function addLink(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  const other = findTask(call, param(call, 1));
  if (!task.links.some((link) => link.other === other)) {
    const createdMs = call.context.now();
    task.links.push({ other, createdMs });
    other.links.push({ other: task, createdMs });
    call.context.effect({ kind: 'link', target: task.id, detail: { links_to: other.id } });
  }
  return ok({ task: showTask(call.state, task) });
}

/** `DELETE /v2/task/{task_id}/link/{links_to}` */
export function removeLink(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  const other = findTask(call, param(call, 1));
  if (unlink(task, other)) {
    unlink(other, task);
    call.context.effect({ kind: 'unlink', target: task.id, detail: { links_to: other.id } });
  }
  return ok({ task: showTask(call.state, task) });
}

/** `POST /v2/task/{task_id}/merge`: the sources are consumed. Native ids only; a missing task is a 404 here. */
export function mergeTasks(call: Call): SandboxAnswer {
  const target = findForMerge(call, param(call, 0));
  const { source_task_ids: ids } = readObject(call);
  if (!Array.isArray(ids) || ids.length === 0 || textsOf(ids).length !== ids.length) {
    return refuse(400, 'INPUT_004', 'Task ID invalid');
  }
  const sources = textsOf(ids).map((id) => findForMerge(call, id));
  if (sources.includes(target)) refuse(400, 'INPUT_004', 'Task ID invalid');
  call.context.effect({ kind: 'merge', target: target.id, detail: { source_task_ids: textsOf(ids) } });
  for (const source of new Set(sources)) {
    deleteSubtasks(call, source);
    call.state.trashTask(source);
  }
  return ok({});
}

/** Exactly one of `depends_on` and `dependency_of`; the refusal's code is ours, since none is published. */
function readDependency(call: Call, sent: Readonly<Record<string, unknown>>): { task: Task; dependsOn: Task } {
  const task = findTask(call, param(call, 0));
  const { depends_on: dependsOn, dependency_of: dependencyOf } = sent;
  if (typeof dependsOn === 'string' && dependencyOf === undefined)
    return { task, dependsOn: findTask(call, dependsOn) };
  if (typeof dependencyOf === 'string' && dependsOn === undefined) {
    return { task: findTask(call, dependencyOf), dependsOn: task };
  }
  return refuse(400, 'INPUT_012', 'Exactly one of depends_on and dependency_of is needed');
}

function findForMerge(call: Call, id: string): Task {
  const task = call.state.tasks.get(id) ?? refuse(404, 'ITEM_015', 'Task not found');
  return task.trashed ? refuse(404, 'ITEM_013', 'Task not found, deleted') : task;
}

function unlink(task: Task, other: Task): boolean {
  const index = task.links.findIndex((link) => link.other === other);
  if (index < 0) return false;
  task.links.splice(index, 1);
  return true;
}
