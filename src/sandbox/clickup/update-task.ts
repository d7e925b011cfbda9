import type { SandboxAnswer } from '../service.js';
import { type Call, findTask, isRecord, ok, param, readObject } from './call.js';
import { knownUsers, readParent, textsOf } from './create-task.js';
import { findStatus, isCompleted, type Status, type Task } from './model.js';
import { refuse } from './refusal.js';
import { showTask } from './show-task.js';
import type { ClickUpState } from './state.js';
import { readDetails, readName } from './task-details.js';

/**
 * `PUT /v2/task/{task_id}`: changes what is sent and nothing else. `tags` and `custom_fields` are accepted and ignored,
 * and a flat `assignees` array puts its people among the watchers, all with 200 (live audit notes, 2026-08-15).
 */
export function updateTask(call: Call): SandboxAnswer {
  const { state, context } = call;
  const task = findTask(call, param(call, 0));
  const body = readObject(call);
  const name = body.name === undefined ? {} : { name: readName(body.name) };
  const status = readStatus(task, body.status);
  const parent = readNewParent(call, task, body.parent);
  const details = { ...name, ...readDetails(body) };

  const nowMs = context.now();
  const wasCompleted = isCompleted(task.status);
  const wasArchived = task.archived;
  const changed = changedDetails(task, details);
  Object.assign(task, details);
  if (status !== task.status) {
    setStatus(task, status, nowMs);
    changed.push('status');
  }
  if (parent !== null && parent !== task.parent) {
    task.parent?.children.delete(task);
    task.parent = parent;
    parent.children.add(task);
    changed.push('parent');
  }
  changed.push(...changePeople(state, task, body));
  if (changed.length > 0) task.updatedMs = nowMs;
  noteEffects(call, task, changed, wasCompleted, wasArchived);
  return ok(showTask(state, task));
}

/** Enters a status: closing and doing set their dates, leaving clears them. */
export function setStatus(task: Task, status: Status, nowMs: number): void {
  task.status = status;
  task.statusPeriods.push({ status, sinceMs: nowMs });
  task.doneMs = isCompleted(status) ? (task.doneMs ?? nowMs) : null;
  task.closedMs = status.type === 'closed' ? nowMs : null;
}

/** One effect for each thing a person would name: completed, reopened, archived, unarchived, or otherwise updated. */
function noteEffects(
  { context }: Call,
  task: Task,
  changed: readonly string[],
  wasCompleted: boolean,
  wasArchived: boolean,
): void {
  const others = new Set(changed);
  if (isCompleted(task.status) !== wasCompleted) {
    others.delete('status');
    const kind = wasCompleted ? 'reopen' : 'complete';
    context.effect({ kind, target: task.id, detail: { status: task.status.status } });
  }
  if (task.archived !== wasArchived) {
    others.delete('archived');
    context.effect({ kind: wasArchived ? 'unarchive' : 'archive', target: task.id });
  }
  if (others.size > 0) context.effect({ kind: 'update', target: task.id, detail: { fields: [...others] } });
}

function changedDetails(task: Task, details: Readonly<Record<string, unknown>>): string[] {
  const current: Readonly<Record<string, unknown>> = { ...task };
  return Object.keys(details).filter((key) => details[key] !== current[key]);
}

function readStatus(task: Task, value: unknown): Status {
  if (value === undefined) return task.status;
  const status = typeof value === 'string' ? findStatus(task.list, value) : undefined;
  return status ?? refuse(400, 'ITEM_114', 'Status does not exist');
}

/** Null does not turn a subtask into a task. A task cannot come below itself. */
function readNewParent(call: Call, task: Task, value: unknown): Task | null {
  const parent = readParent(call, task.list, value);
  for (let above = parent; above !== null; above = above.parent) {
    if (above === task) return refuse(400, 'ITEM_137', 'Parent not child of list');
  }
  return parent;
}

function changePeople(state: ClickUpState, task: Task, body: Readonly<Record<string, unknown>>): string[] {
  const { assignees, watchers, group_assignees: groups } = body;
  const changed: string[] = [];
  if (Array.isArray(assignees)) {
    if (changeSet(task.watchers, knownUsers(state, assignees), [])) changed.push('watchers');
  } else if (isRecord(assignees)) {
    const { add, rem } = assignees;
    if (changeSet(task.assignees, knownUsers(state, add), knownUsers(state, rem))) changed.push('assignees');
  }
  if (isRecord(watchers)) {
    const { add, rem } = watchers;
    if (changeSet(task.watchers, knownUsers(state, add), knownUsers(state, rem))) changed.push('watchers');
  }
  if (isRecord(groups) && changeSet(task.groupAssignees, textsOf(groups.add), textsOf(groups.rem))) {
    changed.push('group_assignees');
  }
  return changed;
}

function changeSet<T>(members: Set<T>, add: readonly T[], remove: readonly T[]): boolean {
  let changed = false;
  for (const member of add) {
    changed ||= !members.has(member);
    members.add(member);
  }
  for (const member of remove) changed = members.delete(member) || changed;
  return changed;
}
