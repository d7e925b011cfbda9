/**
 * A task as Tallyfy sends it, in the words common to all services. Every field but `id` may be missing; `owners.users`
 * holds numbers in one answer and objects in another (samples of Tallyfy's API documentation, 2026-07-19).
 */
import { field, type JsonObject, listField, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import { describeTarget } from '../reading.js';
import type { TargetView, Traces } from '../target.js';
import { packFormFields, readUnfilledFields } from './form-fields.js';
import { readIncluded } from './included.js';
import { ownersBody, readOwners } from './owners.js';
import { readDetails } from './task-details.js';

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
    assignees: readAssignees(field(task, 'owners')),
    traces: readTraces(task),
    partOf: runId === null || isOneOff(task, runId) ? [] : [runId],
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
  const formFields = packFormFields(task);
  const problems = readProblems(task);
  const owners = readOwners(field(task, 'owners'));
  return {
    ...(isOneOff(task, runId) ? { oneOff: true } : {}),
    ...(runId === null ? {} : { runId }),
    ...(field(task, 'everyone_must_complete') === true ? { everyoneMustComplete: true } : {}),
    ...(problems.some((problem) => problem.resolved !== true) ? { openProblem: true } : {}),
    ...(problems.length === 0 ? {} : { problems }),
    ...(formFields.length === 0 ? {} : { formFields }),
    ...(owners === null ? {} : { owners: ownersBody(owners) }),
    details: readDetails(task),
    ...(unfilled.length === 0 ? {} : { unfilledFields: unfilled }),
    ...textEntry('taskType', textField(task, 'task_type')),
    ...textEntry('verdict', readVerdict(task)),
    ...textEntry('completedAt', isoFromText(field(task, 'completed_at'))),
    ...textEntry('runStatus', textField(run, 'status')),
  };
}

/** Only approvals keep what `is_approved` said (task_management.py of tallyfy/mcp-public, 2026-08-07). */
function readVerdict(task: unknown): string | null {
  const isApproved = field(task, 'is_approved');
  if (textField(task, 'task_type') !== 'approval' || typeof isApproved !== 'boolean') return null;
  return isApproved ? 'approved' : 'rejected';
}

/** By its own flag: a one-off may have a container run (task_management.py of tallyfy/mcp-public, 2026-08-07). */
function isOneOff(task: unknown, runId: string | null): boolean {
  const flag = field(task, 'is_oneoff_task');
  return typeof flag === 'boolean' ? flag : runId === null;
}

function textEntry(key: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [key]: value };
}

/**
 * The problems reported on a task. One is open while nothing resolved it (tallyfy/mcp-public,
 * comment_management.py, 2026-08-07).
 */
function readProblems(task: unknown): JsonObject[] {
  return readIncluded(task, 'threads').flatMap((thread) => {
    const id = textField(thread, 'id');
    if (textField(thread, 'label') !== 'problem') return [];
    const resolved = (textField(thread, 'resolve_id') ?? '') !== '';
    const content = textField(thread, 'content') ?? '';
    return [{ ...(id === null ? {} : { id }), content, ...(resolved ? { resolved: true } : {}) }];
  });
}

function readTags(task: unknown): string[] {
  return readIncluded(task, 'tags').flatMap((tag) => textField(tag, 'title') ?? textField(tag, 'name') ?? []);
}

/** By their ids, which every answer tells, and guests by their addresses; names come in some answers only. */
function readAssignees(owners: unknown): string[] {
  const users = listField(owners, 'users').map((user) => readId(user, 'id'));
  const guests = listField(owners, 'guests').map((guest) => readId(guest, 'email'));
  const groups = listField(owners, 'groups').map((group) => readId(group, 'id'));
  return [...users, ...guests, ...groups].filter((id) => id !== null);
}

function readId(owner: unknown, key: string): string | null {
  return typeof owner === 'string' || typeof owner === 'number' ? String(owner) : textField(owner, key);
}

/** Threads are comments, reported problems and their solutions alike. Files are told only when they are asked for. */
function readTraces(task: unknown): Traces {
  const told = (name: string) => field(task, name) !== undefined;
  return {
    ...(told('threads') ? { comments: readIncluded(task, 'threads').length } : {}),
    ...(told('assets') ? { files: readIncluded(task, 'assets').length } : {}),
    ...(told('webhook') ? { webhooks: hasText(task, 'webhook') ? 1 : 0 } : {}),
  };
}
