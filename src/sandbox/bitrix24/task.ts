import type { JsonValue, ServiceContext } from '../service.js';
import type { ClassicBucket } from './classic-bucket.js';
import type { ErrorLoop } from './error-loop.js';
import type { Bitrix24Settings } from './settings.js';
import type { TaskStore } from './task-store.js';

/** The real states of a task; 1 is legacy and kept as 2, 7 is refused. */
export const STATUS = { pending: 2, inProgress: 3, awaitingControl: 4, completed: 5, deferred: 6 } as const;

/** One task. All dates are milliseconds since the epoch, in whole seconds; 0 as a group or parent means none. */
export interface Task {
  readonly id: number;
  title: string;
  description: string;
  status: number;
  priority: number;
  responsibleId: number;
  createdBy: number;
  groupId: number;
  parentId: number;
  stageId: number;
  /** Seconds. */
  timeEstimate: number;
  deadline: number | null;
  startDatePlan: number | null;
  endDatePlan: number | null;
  dateStart: number | null;
  readonly createdDate: number;
  changedDate: number;
  statusChangedDate: number;
  activityDate: number;
  closedDate: number | null;
  closedBy: number | null;
  accomplices: readonly number[];
  auditors: readonly number[];
  tags: readonly string[];
  /** With task control on, only the creator can complete; anyone else hands the task in (status 4). */
  taskControl: boolean;
  /** Set by the store alone: the task can't be reached any more. */
  isDeleted: boolean;
  /** `UF_…` fields, by their native names. */
  readonly custom: Map<string, JsonValue>;
}

export const TEXT_FIELDS = ['title', 'description'] as const;
export const NUMBER_FIELDS = ['priority', 'createdBy', 'timeEstimate'] as const;
export const DATE_FIELDS = ['deadline', 'startDatePlan', 'endDatePlan'] as const;
export const USER_LIST_FIELDS = ['accomplices', 'auditors'] as const;

/** The fields that a create or an update names, in the store's own types. */
export type TaskChanges = Partial<
  Pick<
    Task,
    | (typeof TEXT_FIELDS)[number]
    | (typeof NUMBER_FIELDS)[number]
    | (typeof DATE_FIELDS)[number]
    | (typeof USER_LIST_FIELDS)[number]
    | 'status'
    | 'responsibleId'
    | 'groupId'
    | 'parentId'
    | 'tags'
    | 'taskControl'
    | 'custom'
  >
>;

/** Who acts, with which rights in the portal. */
export interface Actor {
  readonly userId: number;
  readonly isAdmin: boolean;
}

/** One request's actor and surroundings. */
export interface Caller {
  readonly actor: Actor;
  readonly context: ServiceContext;
}

/** Everything that the emulated portal holds. */
export interface Portal {
  readonly settings: Bitrix24Settings;
  readonly store: TaskStore;
  readonly errorLoop: ErrorLoop;
  readonly classicBucket: ClassicBucket;
}

/** Why Bitrix24 itself did not do something; each dialect tells it in its own words. */
export type Refusal =
  | { readonly kind: 'missing'; readonly id: number }
  | { readonly kind: 'forbidden'; readonly id: number }
  | { readonly kind: 'bad-value'; readonly code: string; readonly message: string };

export type TaskResult = { readonly ok: true; readonly task: Task } | { readonly ok: false; readonly refusal: Refusal };

export function refuse(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal };
}

/** Closed, also when the creator has yet to accept it. */
export function isClosed(task: Task): boolean {
  return task.status === STATUS.awaitingControl || task.status === STATUS.completed;
}
