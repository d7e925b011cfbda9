/**
 * A task as Tallyfy sends it, in the words common to all services. Every field but `id` may be missing; `owners.users`
 * holds numbers in one answer and objects in another (samples of Tallyfy's API documentation, 2026-07-19).
 */
import { field, listField, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import { describeTarget } from '../reading.js';
import type { TargetView } from '../target.js';
import { readUnfilledFields } from './form-fields.js';
import { readIncluded } from './included.js';

/** The view of a task, or null when the value is no task. */
export function viewTask(task: unknown): TargetView | null {
  const id = textField(task, 'id');
  if (id === null || id === '') return null;
  const run = field(field(task, 'run'), 'data') ?? field(task, 'run');
  const runId = textField(task, 'run_id') ?? textField(run, 'id');
  return describeTarget({
    id,
    title: textField(task, 'title') ?? '',
    status: textField(task, 'status'),
    completed: isCompleted(task),
    archived: hasText(task, 'archived_at') || hasText(task, 'deleted_at'),
    place: textField(run, 'name'),
    placeId: runId,
    run: textField(run, 'name') ?? runId,
    assignees: readOwners(field(task, 'owners')),
    tags: readTags(task),
    created: isoFromText(field(task, 'created_at')),
    updated: isoFromText(field(task, 'last_updated')),
    due: isoFromText(field(task, 'deadline')),
    extra: readExtra(task, run, runId),
  });
}

/** Done test of the official command-line client (tallyfy/cli, 2026-07-29). */
function isCompleted(task: unknown): boolean {
  const status = textField(task, 'status');
  return hasText(task, 'completed_at') || status === 'completed' || status === 'complete';
}

function hasText(value: unknown, key: string): boolean {
  const text = textField(value, key);
  return text !== null && text !== '';
}

/** Facts that only Tallyfy's operations need. Each is left out where it does not hold, for stored views drop `false`. */
function readExtra(task: unknown, run: unknown, runId: string | null): TargetView['extra'] {
  const unfilled = readUnfilledFields(task);
  return {
    ...(isOneOff(task, runId) ? { oneOff: true } : {}),
    ...(runId === null ? {} : { runId }),
    ...(field(task, 'everyone_must_complete') === true ? { everyoneMustComplete: true } : {}),
    ...(hasOpenProblem(task) ? { openProblem: true } : {}),
    ...(unfilled.length === 0 ? {} : { unfilledFields: unfilled }),
    ...textEntry('taskType', textField(task, 'task_type')),
    ...textEntry('completedAt', isoFromText(field(task, 'completed_at'))),
    ...textEntry('runStatus', textField(run, 'status')),
  };
}

/** By its own flag: a one-off may have a container run (task_management.py of tallyfy/mcp-public, 2026-08-07). */
function isOneOff(task: unknown, runId: string | null): boolean {
  const flag = field(task, 'is_oneoff_task');
  return typeof flag === 'boolean' ? flag : runId === null;
}

function textEntry(key: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [key]: value };
}

/** An open problem is a thread labelled so that nothing resolved (tallyfy/mcp-public, comment_management.py, 2026-08-07). */
function hasOpenProblem(task: unknown): boolean {
  return readIncluded(task, 'threads').some(
    (thread) => textField(thread, 'label') === 'problem' && (textField(thread, 'resolve_id') ?? '') === '',
  );
}

function readTags(task: unknown): string[] {
  return readIncluded(task, 'tags').flatMap((tag) => textField(tag, 'title') ?? textField(tag, 'name') ?? []);
}

/** By their ids, which every answer tells, and guests by their addresses; names come in some answers only. */
function readOwners(owners: unknown): string[] {
  const users = listField(owners, 'users').map((user) => readId(user, 'id'));
  const guests = listField(owners, 'guests').map((guest) => readId(guest, 'email'));
  const groups = listField(owners, 'groups').map((group) => readId(group, 'id'));
  return [...users, ...guests, ...groups].filter((id) => id !== null);
}

function readId(owner: unknown, key: string): string | null {
  return typeof owner === 'string' || typeof owner === 'number' ? String(owner) : textField(owner, key);
}
