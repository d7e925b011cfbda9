import type { JsonValue } from '../service.js';
import { formatDate } from './dates.js';
import { presentAnsweredField } from './form-fields.js';
import { presentOwners } from './owners.js';
import { presentRun } from './run-view.js';
import type { Run, TallyfyState, Task } from './state.js';
import { presentTag, presentThread } from './thread-view.js';

/** Where a task is shown: the documentation's samples of one operation differ from those of another. */
export type TaskForm = 'created' | 'listed' | 'single';

const STATUS_LABELS = {
  'not-started': 'Not started',
  active: 'Active',
  'in-progress': 'In progress',
  completed: 'Completed',
} as const;

/** The includes asked for with `?with=a,b`; names that the service does not know are ignored. */
export function readIncludes(query: URLSearchParams): ReadonlySet<string> {
  const text = query.get('with');
  return new Set(text === null ? [] : text.split(',').map((name) => name.trim()));
}

const noIncludes: ReadonlySet<string> = new Set();

/** A task object as answered; `summary` is left out of lists unless it was asked for. */
export function presentTask(
  state: TallyfyState,
  task: Task,
  form: TaskForm,
  includes: ReadonlySet<string> = noIncludes,
): { [key: string]: JsonValue } {
  const view: { [key: string]: JsonValue } = {
    id: task.id,
    increment_id: task.incrementId,
    title: task.title,
    run_id: task.runId,
    checklist_id: task.checklistId,
    step_id: task.stepId,
    alias: `task-${task.incrementId}`,
    status: task.status,
    status_label: readStatusLabel(task),
    task_type: task.taskType,
    is_oneoff_task: task.isOneOff,
    is_completable: task.completedAtMs === null,
    is_approved: task.isApproved,
    is_soft_start_date: task.isSoftStartDate,
    owners: presentOwners(state, task.owners, form === 'single' ? 'ids' : 'objects'),
    position: task.position,
    started_at: formatDate(task.startedAtMs),
    deadline: formatDate(task.deadlineMs),
    created_at: formatDate(task.createdAtMs),
    last_updated: formatDate(task.updatedAtMs),
    completed_at: formatDate(task.completedAtMs),
    archived_at: formatDate(task.archivedAtMs),
    starter_id: task.starterId,
    completer_id: task.completerId,
    completer_guest_id: null,
    everyone_must_complete: task.everyoneMustComplete,
    can_complete_only_assignees: task.canCompleteOnlyAssignees,
    top_secret: task.topSecret,
    prevent_guest_comment: task.preventGuestComment,
    max_assignable: task.maxAssignable,
    webhook: task.webhook,
    taskdata: task.values.size === 0 ? {} : Object.fromEntries(task.values),
  };
  if (form !== 'listed' || includes.has('summary')) view.summary = task.summary;
  if (includes.size > 0) addIncludes(view, state, task, includes);
  return view;
}

/** Expiring tasks are not completed but acknowledged, or expired. */
function readStatusLabel(task: Task): string {
  const isExpiring = task.taskType === 'expiring' || task.taskType === 'expiring_email';
  if (task.completedAtMs === null || !isExpiring) return STATUS_LABELS[task.status];
  return task.isApproved === false ? 'EXPIRED' : 'ACKNOWLEDGED';
}

const EMPTY_INCLUDES = [
  'assets',
  'issues',
  'folders',
  'roles',
  'activities',
  'ko-form-fields',
  'member_watchers',
  'guest_watchers',
];

function addIncludes(
  view: { [key: string]: JsonValue },
  state: TallyfyState,
  task: Task,
  includes: ReadonlySet<string>,
): void {
  const run = task.runId === null ? undefined : state.runs.get(task.runId);
  if (run !== undefined && (includes.has('run') || includes.has('run.checklist'))) {
    view.run = { data: presentRunOfTask(state, run, includes) };
  }
  if (includes.has('step') && task.stepId !== null) view.step = { data: { id: task.stepId, title: task.title } };
  if (includes.has('form_fields')) {
    view.form_fields = { data: task.fields.map((field) => presentAnsweredField(task, field)) };
  }
  if (includes.has('threads')) view.threads = { data: task.threads.map(presentThread) };
  if (includes.has('comments')) {
    view.comments = { data: task.threads.filter((thread) => thread.label === 'comment').map(presentThread) };
  }
  if (includes.has('threads_count')) view.threads_count = task.threads.length;
  if (includes.has('tags')) {
    view.tags = { data: task.tagIds.flatMap((id) => state.tags.get(id) ?? []).map(presentTag) };
  }
  for (const name of EMPTY_INCLUDES) {
    if (includes.has(name)) view[name] = { data: [] };
  }
}

function presentRunOfTask(state: TallyfyState, run: Run, includes: ReadonlySet<string>): JsonValue {
  const view = presentRun(state, run);
  return includes.has('run.checklist') ? { ...view, checklist: { data: { id: run.checklistId } } } : view;
}
