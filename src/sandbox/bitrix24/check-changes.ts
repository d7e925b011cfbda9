import { type Portal, type Refusal, STATUS, type Task, type TaskChanges } from './task.js';

function badValue(message: string, code = 'ERROR_CORE'): Refusal {
  return { kind: 'bad-value', code, message };
}

/**
 * What Bitrix24 itself checks before it takes values: the responsible person exists, the status is 1 to 6 (7 is refused
 * by the core although one page lists it), the parent exists and is not the task or below it, the plan does not end
 * before it starts. Returns the first objection.
 */
export function checkChanges(portal: Portal, task: Task | null, changes: TaskChanges): Refusal | null {
  const { responsibleId, status, parentId } = changes;
  if (responsibleId !== undefined && (responsibleId < 1 || responsibleId > portal.settings.highestUserId)) {
    return badValue(`Responsible person ${responsibleId} not found`);
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 1 && status <= STATUS.deferred)) {
    return badValue(`Invalid task status ${status}`);
  }
  if (parentId !== undefined && parentId !== 0) {
    const objection = checkParent(portal, task, parentId);
    if (objection !== null) return objection;
  }
  return checkPlan(task, changes);
}

function checkParent(portal: Portal, task: Task | null, parentId: number): Refusal | null {
  if (portal.store.get(parentId) === undefined) return badValue(`Parent task ${parentId} not found`);
  if (task === null) return null;
  if (parentId === task.id) return badValue('A task cannot be its own parent');
  for (let above = portal.store.get(parentId); above !== undefined; above = portal.store.get(above.parentId)) {
    if (above.id === task.id) return badValue(`Task ${parentId} is a subtask of task ${task.id}: cyclic parent`);
  }
  return null;
}

function checkPlan(task: Task | null, changes: TaskChanges): Refusal | null {
  if (changes.startDatePlan === undefined && changes.endDatePlan === undefined) return null;
  const start = changes.startDatePlan === undefined ? (task?.startDatePlan ?? null) : changes.startDatePlan;
  const end = changes.endDatePlan === undefined ? (task?.endDatePlan ?? null) : changes.endDatePlan;
  if (start === null || end === null || end >= start) return null;
  return badValue('The planned end date is before the planned start date');
}
