import type { JsonValue } from '../service.js';
import { HourlyCap } from './hourly-cap.js';

export const TASK_TYPES = ['task', 'approval', 'expiring', 'email', 'expiring_email'] as const;
export type TaskType = (typeof TASK_TYPES)[number];
export type TaskStatus = 'not-started' | 'active' | 'in-progress' | 'completed';

export const FIELD_TYPES = [
  'text',
  'textarea',
  'radio',
  'dropdown',
  'multiselect',
  'date',
  'email',
  'file',
  'table',
  'assignees_form',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Owners {
  readonly users: readonly number[];
  readonly guests: readonly string[];
  readonly groups: readonly string[];
}

export interface User {
  readonly id: number;
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
}

export interface FormField {
  readonly id: string;
  readonly label: string;
  readonly fieldType: FieldType;
  readonly required: boolean;
  /** As sent: the service does not check options when a one-off task is created. */
  readonly options: readonly JsonValue[];
  readonly columns: readonly JsonValue[];
  readonly guidance: string | null;
  readonly position: number;
}

export const THREAD_LABELS = ['comment', 'problem', 'resolve', 'improvement', 'advice'] as const;
export type ThreadLabel = (typeof THREAD_LABELS)[number];

/** A comment, or a problem; a problem is open until it has a `resolveId`. */
export interface Thread {
  readonly id: string;
  label: ThreadLabel;
  state: string;
  content: string;
  resolveId: string | null;
  readonly userId: number;
  readonly createdAtMs: number;
}

export interface Task {
  readonly id: string;
  readonly incrementId: number;
  /** True for a task outside a template, even one that was attached to a run. */
  readonly isOneOff: boolean;
  readonly runId: string | null;
  readonly checklistId: string | null;
  readonly stepId: string | null;
  title: string;
  summary: string | null;
  status: TaskStatus;
  taskType: TaskType;
  /** `approval`: approved or rejected; `expiring…`: acknowledged (true) or expired (false); null while open. */
  isApproved: boolean | null;
  owners: Owners;
  position: number;
  startedAtMs: number;
  deadlineMs: number | null;
  readonly createdAtMs: number;
  updatedAtMs: number;
  completedAtMs: number | null;
  archivedAtMs: number | null;
  readonly starterId: number;
  completerId: number | null;
  everyoneMustComplete: boolean;
  canCompleteOnlyAssignees: boolean;
  topSecret: boolean;
  preventGuestComment: boolean;
  isSoftStartDate: boolean;
  maxAssignable: number;
  webhook: string | null;
  fields: readonly FormField[];
  readonly values: Map<string, JsonValue>;
  threads: Thread[];
  readonly tagIds: readonly string[];
}

export interface Run {
  readonly id: string;
  readonly incrementId: number;
  readonly checklistId: string;
  name: string;
  summary: string | null;
  ownerId: number;
  starred: boolean;
  isPublic: boolean;
  users: readonly number[];
  groups: readonly string[];
  prerun: JsonValue;
  /** Whether one-off tasks may be attached (`can_add_oot`). */
  canAddOneOffTasks: boolean;
  /** An open issue on the run itself, which freezes its tasks. */
  hasOpenIssue: boolean;
  readonly startedBy: number;
  readonly createdAtMs: number;
  updatedAtMs: number;
  archivedAtMs: number | null;
  readonly tasks: Set<Task>;
}

export interface Tag {
  readonly id: string;
  title: string;
  color: string;
  readonly createdAtMs: number;
}

export interface TagLink {
  readonly id: string;
  readonly tagId: string;
  readonly runId: string;
}

/** Everything that the emulated organization holds; maps keep the order of creation. */
export interface TallyfyState {
  readonly tasks: Map<string, Task>;
  readonly runs: Map<string, Run>;
  readonly tags: Map<string, Tag>;
  readonly tagLinks: Map<string, TagLink>;
  readonly users: Map<number, User>;
  /** Members of a group, for the fan-out of a task. */
  readonly groups: Map<string, readonly number[]>;
  /** Guests who were invited before: using them again is no invite. */
  readonly guests: Set<string>;
  /** What was deleted for good, by id. */
  readonly deleted: Map<string, 'task' | 'run' | 'tag'>;
  comments: HourlyCap;
  guestInvites: HourlyCap;
  lastIncrementId: number;
}

/** The user behind the token that the environment names. */
export const currentUser: User = {
  id: 48_213,
  email: 'robin.sandbox@example.com',
  username: 'robin.sandbox',
  firstName: 'Robin',
  lastName: 'Sandbox',
};

/** The user behind a token of `memberTokens`. */
export const lightMember: User = {
  id: 48_377,
  email: 'lee.sandbox@example.com',
  username: 'lee.sandbox',
  firstName: 'Lee',
  lastName: 'Light',
};

export function createTallyfyState(): TallyfyState {
  return {
    tasks: new Map(),
    runs: new Map(),
    tags: new Map(),
    tagLinks: new Map(),
    users: new Map([currentUser, lightMember].map((user) => [user.id, user])),
    groups: new Map(),
    guests: new Set(),
    deleted: new Map(),
    comments: new HourlyCap(),
    guestInvites: new HourlyCap(),
    lastIncrementId: 0,
  };
}

export function resetTallyfyState(state: TallyfyState): void {
  for (const held of [state.tasks, state.runs, state.tags, state.tagLinks, state.groups, state.guests, state.deleted]) {
    held.clear();
  }
  state.users.clear();
  for (const user of [currentUser, lightMember]) state.users.set(user.id, user);
  state.comments = new HourlyCap();
  state.guestInvites = new HourlyCap();
  state.lastIncrementId = 0;
}

export function nextIncrementId(state: TallyfyState): number {
  state.lastIncrementId += 1;
  return state.lastIncrementId;
}

/** Members are not created through this API, so an id that is used is taken for a member. */
export function ensureUser(state: TallyfyState, id: number): User {
  const known = state.users.get(id);
  if (known !== undefined) return known;
  const user = {
    id,
    email: `member-${id}@example.com`,
    username: `member-${id}`,
    firstName: 'Member',
    lastName: String(id),
  };
  state.users.set(id, user);
  return user;
}

/** Archived itself, or hidden because its run is archived. */
export function isArchived(state: TallyfyState, task: Task): boolean {
  if (task.archivedAtMs !== null) return true;
  const run = task.runId === null ? undefined : state.runs.get(task.runId);
  return run !== undefined && run.archivedAtMs !== null;
}

export function hasOpenProblem(task: Task): boolean {
  return task.threads.some((thread) => thread.label === 'problem' && thread.resolveId === null);
}

export function removeTask(state: TallyfyState, task: Task): void {
  if (task.runId !== null) state.runs.get(task.runId)?.tasks.delete(task);
  state.tasks.delete(task.id);
  state.deleted.set(task.id, 'task');
}
