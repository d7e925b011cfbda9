import type { JsonValue, ServiceContext } from '../service.js';
import { newId } from './new-id.js';
import {
  currentUser,
  type FormField,
  nextIncrementId,
  type Owners,
  type Run,
  type TallyfyState,
  type Task,
  type TaskStatus,
  type TaskType,
  type Thread,
  type ThreadLabel,
} from './state.js';

/** What a new task may be given; what is undefined gets the service's default. */
export interface NewTask {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly status?: TaskStatus | undefined;
  readonly taskType?: TaskType | undefined;
  readonly owners: Owners;
  readonly deadlineMs?: number | undefined;
  readonly startedAtMs?: number | undefined;
  readonly createdAtMs?: number | undefined;
  readonly starterId?: number | undefined;
  readonly maxAssignable?: number | undefined;
  readonly preventGuestComment?: boolean | undefined;
  readonly everyoneMustComplete?: boolean | undefined;
  readonly canCompleteOnlyAssignees?: boolean | undefined;
  readonly topSecret?: boolean | undefined;
  readonly isSoftStartDate?: boolean | undefined;
  readonly webhook?: string | undefined;
  readonly tagIds?: readonly string[] | undefined;
  readonly fields?: readonly FormField[] | undefined;
  readonly run?: Run | undefined;
  /** Step of the run's template; without it the task is a one-off, be it attached to a run. */
  readonly stepId?: string | undefined;
}

/** Puts a task into the state, and into its run. */
export function addTask(state: TallyfyState, context: ServiceContext, given: NewTask): Task {
  const { run } = given;
  const createdAtMs = given.createdAtMs ?? context.now();
  const task: Task = {
    id: given.id ?? newId(context.random),
    incrementId: nextIncrementId(state),
    isOneOff: given.stepId === undefined,
    runId: run?.id ?? null,
    checklistId: run?.checklistId ?? null,
    stepId: given.stepId ?? null,
    title: given.title ?? '',
    summary: given.summary ?? null,
    status: given.status ?? 'not-started',
    taskType: given.taskType ?? 'task',
    isApproved: null,
    owners: given.owners,
    position: (run?.tasks.size ?? 0) + 1,
    startedAtMs: given.startedAtMs ?? createdAtMs,
    deadlineMs: given.deadlineMs ?? null,
    createdAtMs,
    updatedAtMs: createdAtMs,
    completedAtMs: null,
    archivedAtMs: null,
    starterId: given.starterId ?? currentUser.id,
    completerId: null,
    everyoneMustComplete: given.everyoneMustComplete ?? false,
    canCompleteOnlyAssignees: given.canCompleteOnlyAssignees ?? false,
    topSecret: given.topSecret ?? false,
    preventGuestComment: given.preventGuestComment ?? false,
    isSoftStartDate: given.isSoftStartDate ?? false,
    maxAssignable: given.maxAssignable ?? 0,
    webhook: given.webhook ?? null,
    fields: given.fields ?? [],
    values: new Map(),
    threads: [],
    tagIds: given.tagIds ?? [],
  };
  state.tasks.set(task.id, task);
  run?.tasks.add(task);
  return task;
}

/** What a new run may be given; what is undefined gets the service's default. */
export interface NewRun {
  readonly id?: string | undefined;
  readonly checklistId: string;
  readonly name: string;
  readonly summary?: string | undefined;
  readonly ownerId?: number | undefined;
  readonly starred?: boolean | undefined;
  readonly isPublic?: boolean | undefined;
  readonly users?: readonly number[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly prerun?: JsonValue | undefined;
  readonly createdAtMs?: number | undefined;
}

export function addRun(state: TallyfyState, context: ServiceContext, given: NewRun): Run {
  const createdAtMs = given.createdAtMs ?? context.now();
  const run: Run = {
    id: given.id ?? newId(context.random),
    incrementId: nextIncrementId(state),
    checklistId: given.checklistId,
    name: given.name,
    summary: given.summary ?? null,
    ownerId: given.ownerId ?? currentUser.id,
    starred: given.starred ?? false,
    isPublic: given.isPublic ?? false,
    users: given.users ?? [],
    groups: given.groups ?? [],
    prerun: given.prerun ?? {},
    canAddOneOffTasks: true,
    hasOpenIssue: false,
    startedBy: currentUser.id,
    createdAtMs,
    updatedAtMs: createdAtMs,
    archivedAtMs: null,
    tasks: new Set(),
  };
  state.runs.set(run.id, run);
  return run;
}

/** What a new comment or problem may be given. */
export interface NewThread {
  readonly id?: string | undefined;
  readonly label: ThreadLabel;
  readonly content: string;
  readonly state?: string | undefined;
}

export function addThread(context: ServiceContext, task: Task, given: NewThread): Thread {
  const thread: Thread = {
    id: given.id ?? newId(context.random),
    label: given.label,
    state: given.state ?? 'hide-for-guests',
    content: given.content,
    resolveId: null,
    userId: currentUser.id,
    createdAtMs: context.now(),
  };
  task.threads.push(thread);
  return thread;
}

/** Takes a completion back, by a reopen or because a problem was reported. */
export function markOpen(task: Task): void {
  task.status = 'in-progress';
  task.completedAtMs = null;
  task.completerId = null;
  task.isApproved = null;
}

export function markCompleted(
  task: Task,
  completedAtMs: number,
  completerId: number,
  isApproved: boolean | null,
): void {
  task.status = 'completed';
  task.completedAtMs = completedAtMs;
  task.completerId = completerId;
  task.isApproved = isApproved;
}
