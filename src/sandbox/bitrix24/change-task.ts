import { applyPlainChanges, enterStatus, settleStatus, touch } from './apply-changes.js';
import { checkChanges } from './check-changes.js';
import {
  mayChangeStatus,
  mayDelegate,
  mayDelete,
  mayEdit,
  mayRead,
  mayTransit,
  TRANSITIONS,
  type Transition,
} from './rights.js';
import {
  type Caller,
  isClosed,
  type Portal,
  refuse,
  STATUS,
  type Task,
  type TaskChanges,
  type TaskResult,
} from './task.js';
import { wholeSecond } from './values.js';

/** A task with nothing but its defaults; not yet in the store. */
export function newTask(id: number, title: string, userId: number, nowMs: number): Task {
  const now = wholeSecond(nowMs);
  return {
    id,
    title,
    description: '',
    status: STATUS.pending,
    priority: 1,
    responsibleId: userId,
    createdBy: userId,
    groupId: 0,
    parentId: 0,
    stageId: 0,
    timeEstimate: 0,
    deadline: null,
    startDatePlan: null,
    endDatePlan: null,
    dateStart: null,
    createdDate: now,
    changedDate: now,
    statusChangedDate: now,
    activityDate: now,
    closedDate: null,
    closedBy: null,
    accomplices: [],
    auditors: [],
    tags: [],
    taskControl: false,
    isDeleted: false,
    custom: new Map(),
  };
}

/** Finds a task that the caller may see. */
export function findTask(portal: Portal, caller: Caller, id: number): TaskResult {
  const task = portal.store.get(id);
  if (task === undefined) return refuse({ kind: 'missing', id });
  return mayRead(task, caller.actor) ? { ok: true, task } : refuse({ kind: 'forbidden', id });
}

/** Adds a task. The dialect has checked that there are a title and a responsible person. */
export function createTask(
  portal: Portal,
  caller: Caller,
  changes: TaskChanges & { readonly title: string },
): TaskResult {
  const objection = checkChanges(portal, null, changes);
  if (objection !== null) return refuse(objection);
  const { actor, context } = caller;
  const nowMs = context.now();
  const task = newTask(portal.store.nextTaskId(), changes.title, actor.userId, nowMs);
  applyPlainChanges(task, changes);
  task.responsibleId = changes.responsibleId ?? task.responsibleId;
  task.groupId = changes.groupId ?? 0;
  task.parentId = changes.parentId ?? 0;
  const status = settleStatus(task, changes.status ?? STATUS.pending, actor.userId);
  if (status !== STATUS.pending) enterStatus(task, status, actor.userId, nowMs);
  portal.store.add(task);
  context.effect({ kind: 'create', target: String(task.id) });
  return { ok: true, task };
}

/**
 * Changes a task as `tasks.task.update` does: only a status is the matching action, only a responsible person is a
 * delegation, and any other change of the responsible person without a status puts the task back to pending.
 */
export function updateTask(portal: Portal, caller: Caller, id: number, changes: TaskChanges): TaskResult {
  const found = findTask(portal, caller, id);
  if (!found.ok) return found;
  const { task } = found;
  const objection = checkChanges(portal, task, changes);
  if (objection !== null) return refuse(objection);
  const names = Object.keys(changes);
  if (names.length === 1 && changes.status !== undefined) return changeStatus(caller, task, changes.status);
  if (names.length === 1 && changes.responsibleId !== undefined) return delegate(caller, task, changes.responsibleId);
  if (!mayEdit(task, caller.actor)) return refuse({ kind: 'forbidden', id });
  const changed = [...applyPlainChanges(task, changes), ...applySideEffects(portal, caller, task, changes)];
  if (changed.length > 0) {
    touch(task, caller.context.now());
    caller.context.effect({ kind: 'update', target: String(id), detail: { fields: changed } });
  }
  return { ok: true, task };
}

function applySideEffects(portal: Portal, caller: Caller, task: Task, changes: TaskChanges): string[] {
  const changed: string[] = [];
  let status = changes.status;
  if (changes.responsibleId !== undefined && changes.responsibleId !== task.responsibleId) {
    task.responsibleId = changes.responsibleId;
    status ??= STATUS.pending;
    changed.push('responsibleId');
  }
  if (status !== undefined) {
    const settled = settleStatus(task, status, caller.actor.userId);
    if (settled !== task.status) {
      enterStatus(task, settled, caller.actor.userId, caller.context.now());
      changed.push('status');
    }
  }
  if (changes.parentId !== undefined && changes.parentId !== task.parentId) {
    portal.store.moveUnder(task, changes.parentId);
    changed.push('parentId');
  }
  if (changes.groupId !== undefined && changes.groupId !== task.groupId) {
    moveToGroup(portal, caller, task, changes.groupId);
    changed.push('groupId');
  }
  return changed;
}

/** A change of group takes the whole subtree along and resets the stages. */
function moveToGroup(portal: Portal, caller: Caller, task: Task, groupId: number): void {
  for (const id of [task.id, ...portal.store.subtreeOf(task.id)]) {
    const moved = portal.store.get(id);
    if (moved === undefined) continue;
    moved.groupId = groupId;
    moved.stageId = 0;
    touch(moved, caller.context.now());
  }
}

function changeStatus(caller: Caller, task: Task, wanted: number): TaskResult {
  const { actor, context } = caller;
  if (!mayChangeStatus(task, actor)) return refuse({ kind: 'forbidden', id: task.id });
  const status = settleStatus(task, wanted, actor.userId);
  if (status === task.status) return { ok: true, task };
  const kind = nameStatusChange(task, wanted);
  const from = task.status;
  enterStatus(task, status, actor.userId, context.now());
  touch(task, context.now());
  context.effect({ kind, target: String(task.id), detail: { from, to: status } });
  return { ok: true, task };
}

function nameStatusChange(task: Task, wanted: number): string {
  if (wanted === STATUS.completed) return 'complete';
  if (wanted === STATUS.deferred) return 'defer';
  return isClosed(task) && wanted <= STATUS.inProgress ? 'reopen' : 'update';
}

/** Hands the task on: it becomes pending and the one who had it becomes an auditor. */
export function delegate(caller: Caller, task: Task, responsibleId: number): TaskResult {
  const { actor, context } = caller;
  if (!mayDelegate(task, actor)) return refuse({ kind: 'forbidden', id: task.id });
  if (responsibleId === task.responsibleId) return { ok: true, task };
  if (!task.auditors.includes(task.responsibleId)) task.auditors = [...task.auditors, task.responsibleId];
  task.responsibleId = responsibleId;
  if (task.status !== STATUS.pending) enterStatus(task, STATUS.pending, actor.userId, context.now());
  touch(task, context.now());
  const fields = ['responsibleId', 'auditors', 'status'];
  context.effect({ kind: 'update', target: String(task.id), detail: { delegated: true, fields } });
  return { ok: true, task };
}

/** A classic step such as `tasks.task.defer`: refused outside its states, without effect in the state it leads to. */
export function transitTask(portal: Portal, caller: Caller, id: number, transition: Transition): TaskResult {
  const found = findTask(portal, caller, id);
  if (!found.ok) return found;
  const { task } = found;
  const { to } = TRANSITIONS[transition];
  if (task.status === settleStatus(task, to, caller.actor.userId)) return found;
  if (!mayTransit(task, caller.actor, transition)) return refuse({ kind: 'forbidden', id });
  return changeStatus(caller, task, to);
}

/** Deletes a task; its direct subtasks move to its parent, or become roots. */
export function deleteTask(portal: Portal, caller: Caller, id: number): TaskResult {
  const task = portal.store.get(id);
  if (task === undefined) return refuse({ kind: 'missing', id });
  if (!mayDelete(task, caller.actor)) return refuse({ kind: 'forbidden', id });
  const subtasksMoved = portal.store.childrenOf(id);
  for (const childId of subtasksMoved) {
    const child = portal.store.get(childId);
    if (child !== undefined) portal.store.moveUnder(child, task.parentId);
  }
  portal.store.remove(task);
  const detail = subtasksMoved.length === 0 ? {} : { detail: { subtasksMoved } };
  caller.context.effect({ kind: 'delete', target: String(id), ...detail });
  return { ok: true, task };
}
