import type { JsonValue } from '../service.js';
import { formatDate } from './dates.js';
import { hasOpenProblem, type Run, type TallyfyState } from './state.js';
import { presentTag } from './thread-view.js';

export const RUN_STATUSES = ['active', 'complete', 'problem', 'issue', 'improvement', 'delayed', 'archived'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** A run's status follows from its tasks: an open problem or issue comes before the progress. */
export function readRunStatus(run: Run): RunStatus {
  if (run.archivedAtMs !== null) return 'archived';
  if (run.hasOpenIssue) return 'issue';
  let isComplete = run.tasks.size > 0;
  for (const task of run.tasks) {
    if (task.threads.length > 0 && hasOpenProblem(task)) return 'problem';
    if (task.completedAtMs === null) isComplete = false;
  }
  return isComplete ? 'complete' : 'active';
}

function readCompletion(run: Run): { readonly completed: number; readonly completedAtMs: number | null } {
  let completed = 0;
  let completedAtMs = 0;
  for (const task of run.tasks) {
    if (task.completedAtMs === null) continue;
    completed += 1;
    completedAtMs = Math.max(completedAtMs, task.completedAtMs);
  }
  return { completed, completedAtMs: completed > 0 && completed === run.tasks.size ? completedAtMs : null };
}

/** A run object as answered. */
export function presentRun(
  state: TallyfyState,
  run: Run,
  includes: ReadonlySet<string> = new Set(),
): { [key: string]: JsonValue } {
  const { completed, completedAtMs } = readCompletion(run);
  const total = run.tasks.size;
  const progress = { complete: completed, total, percent: total === 0 ? 0 : Math.round((completed / total) * 100) };
  const view: { [key: string]: JsonValue } = {
    id: run.id,
    increment_id: run.incrementId,
    name: run.name,
    summary: run.summary,
    status: readRunStatus(run),
    checklist_id: run.checklistId,
    checklist_title: 'Sandbox template',
    progress,
    whole_progress: progress,
    started_by: run.startedBy,
    owner_id: run.ownerId,
    prerun: run.prerun,
    prerun_status: 'complete',
    starred: run.starred,
    is_public: run.isPublic,
    created_at: formatDate(run.createdAtMs),
    started_at: formatDate(run.createdAtMs),
    last_updated: formatDate(run.updatedAtMs),
    archived_at: formatDate(run.archivedAtMs),
    completed_at: formatDate(completedAtMs),
    due_date: null,
    users: run.users,
    groups: run.groups,
    has_open_issue: run.hasOpenIssue,
    can_add_oot: run.canAddOneOffTasks,
  };
  if (includes.has('checklist')) view.checklist = { data: { id: run.checklistId, title: 'Sandbox template' } };
  if (includes.has('tags')) view.tags = { data: presentRunTags(state, run) };
  return view;
}

/** Each tag carries the id of its link to the run, by which it is unlinked. */
function presentRunTags(state: TallyfyState, run: Run): readonly JsonValue[] {
  return [...state.tagLinks.values()].flatMap((link) => {
    const tag = state.tags.get(link.tagId);
    return link.runId === run.id && tag !== undefined ? [{ ...presentTag(tag), association_id: link.id }] : [];
  });
}
