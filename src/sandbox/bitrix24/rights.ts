import { type Actor, STATUS, type Task } from './task.js';

/** A step of a task's life that has its own right and, in the classic REST, its own method. */
export const TRANSITION_NAMES = ['complete', 'start', 'pause', 'defer', 'renew', 'approve', 'disapprove'] as const;
export type Transition = (typeof TRANSITION_NAMES)[number];

/** From which states a transition leads to which. A transition into the state that the task has changes nothing. */
export const TRANSITIONS: Readonly<Record<Transition, { readonly from: readonly number[]; readonly to: number }>> = {
  complete: {
    from: [STATUS.pending, STATUS.inProgress, STATUS.awaitingControl, STATUS.deferred],
    to: STATUS.completed,
  },
  start: { from: [STATUS.pending, STATUS.deferred], to: STATUS.inProgress },
  pause: { from: [STATUS.inProgress], to: STATUS.pending },
  defer: { from: [STATUS.pending, STATUS.inProgress], to: STATUS.deferred },
  renew: { from: [STATUS.awaitingControl, STATUS.completed, STATUS.deferred], to: STATUS.pending },
  approve: { from: [STATUS.awaitingControl], to: STATUS.completed },
  disapprove: { from: [STATUS.awaitingControl], to: STATUS.pending },
};

/** Members of a task see it; the portal's administrators see all. */
export function mayRead(task: Task, actor: Actor): boolean {
  return (
    actor.isAdmin ||
    task.createdBy === actor.userId ||
    task.responsibleId === actor.userId ||
    task.accomplices.includes(actor.userId) ||
    task.auditors.includes(actor.userId)
  );
}

export function mayEdit(task: Task, actor: Actor): boolean {
  return actor.isAdmin || task.createdBy === actor.userId;
}

/** Administrators and the creator (helpdesk article 25760543; the creator's supervisor is not emulated). */
export function mayDelete(task: Task, actor: Actor): boolean {
  return mayEdit(task, actor);
}

export function mayChangeStatus(task: Task, actor: Actor): boolean {
  return mayEdit(task, actor) || task.responsibleId === actor.userId || task.accomplices.includes(actor.userId);
}

export function mayDelegate(task: Task, actor: Actor): boolean {
  return mayEdit(task, actor) || task.responsibleId === actor.userId;
}

/** Whether the transition is offered to the actor in the task's present state. */
export function mayTransit(task: Task, actor: Actor, transition: Transition): boolean {
  if (!TRANSITIONS[transition].from.includes(task.status)) return false;
  if (transition === 'approve' || transition === 'disapprove') return mayEdit(task, actor);
  return mayChangeStatus(task, actor);
}

/** The `action` object of a task's reply: the per-task permissions of the actor. */
export function readActionFlags(task: Task, actor: Actor): Readonly<Record<string, boolean>> {
  const edit = mayEdit(task, actor);
  return {
    accept: false,
    decline: false,
    complete: mayTransit(task, actor, 'complete'),
    approve: mayTransit(task, actor, 'approve'),
    disapprove: mayTransit(task, actor, 'disapprove'),
    start: mayTransit(task, actor, 'start'),
    pause: mayTransit(task, actor, 'pause'),
    delegate: mayDelegate(task, actor),
    remove: mayDelete(task, actor),
    edit,
    defer: mayTransit(task, actor, 'defer'),
    renew: mayTransit(task, actor, 'renew'),
    create: true,
    changeDeadline: edit,
    checklistAddItems: mayChangeStatus(task, actor),
  };
}
