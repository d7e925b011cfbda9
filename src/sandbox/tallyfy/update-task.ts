import { isDeepStrictEqual } from 'node:util';
import type { JsonValue, SandboxAnswer } from '../service.js';
import { answerData, refused, resourceNotFound } from './answers.js';
import { type Call, type Found, findOneOff, findRunTask, findTask, recordChange } from './call.js';
import { inviteGuests } from './create-task.js';
import { FieldReader } from './field-reader.js';
import { type FieldChange, readFieldValue } from './field-values.js';
import { readOwners, registerOwners } from './owners.js';
import { TASK_TYPES, type Task } from './state.js';
import { presentTask } from './task-view.js';

/** `PUT /tasks/{id}`: `title`, `deadline` and `owners` are required in every request. */
export function updateOneOff(call: Call): SandboxAnswer {
  return updateTask(call, findOneOff(call, 'live'), true);
}

/** `PUT /runs/{run}/tasks/{id}`: everything is optional. */
export function updateRunTask(call: Call): SandboxAnswer {
  return updateTask(call, findRunTask(call), false);
}

function updateTask(call: Call, target: Found<Task>, isOneOff: boolean): SandboxAnswer {
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  if (task.completedAtMs !== null) return refused('task', 'A completed task cannot be updated.');
  const fields = new FieldReader(call.request.body);
  const changes = readChanges(fields, isOneOff);
  const answers = readTaskData(fields, task);
  const refusal = fields.refusal() ?? (changes.owners === undefined ? undefined : inviteGuests(call, changes.owners));
  if (refusal !== undefined) return refusal;
  if (changes.owners !== undefined) registerOwners(call.state, changes.owners);
  const before = copyTask(task);
  applyChanges(task, changes);
  for (const [id, change] of answers) applyFieldChange(task, id, change);
  recordUpdate(call, task, before);
  return answerData(presentTask(call.state, task, 'single'));
}

/** A request that leaves everything as it was is no change, however often it is sent. */
function recordUpdate(call: Call, task: Task, before: Task): void {
  if (hasOtherFields(task, before)) recordChange(call, 'update', task);
  else if (!isDeepStrictEqual(task.values, before.values)) recordChange(call, 'set-fields', task);
}

/** A copy that later changes of the task do not reach. */
function copyTask(task: Task): Task {
  return { ...task, values: new Map(task.values) };
}

function hasOtherFields(task: Task, before: Task): boolean {
  return !isDeepStrictEqual({ ...task, values: null }, { ...before, values: null });
}

type Changes = ReturnType<typeof readChanges>;

/** What the body asks for; undefined = not asked for, null = to be cleared. */
function readChanges(fields: FieldReader, isOneOff: boolean) {
  return {
    // Also where it may be left out, a title that is sent must not be blank.
    title: fields.text('title', { required: isOneOff || fields.has('title'), maxLength: 600 }),
    summary: fields.isNull('summary') ? null : fields.text('summary'),
    deadlineMs: !isOneOff && fields.isNull('deadline') ? null : fields.deadline({ required: isOneOff }),
    startedAtMs: fields.date('started_at'),
    owners: readOwners(fields, { required: isOneOff }),
    webhook: fields.isNull('webhook') ? null : fields.url('webhook'),
    preventGuestComment: fields.flag('prevent_guest_comment'),
    position: fields.integer('position', 0),
    maxAssignable: fields.integer('max_assignable', 0),
    topSecret: fields.flag('top_secret'),
    taskType: fields.choice('task_type', TASK_TYPES),
    status: fields.choice('status', ['not-started', 'active', 'in-progress']),
  };
}

function applyChanges(task: Task, changes: Changes): void {
  task.title = changes.title ?? task.title;
  if (changes.summary !== undefined) task.summary = changes.summary;
  if (changes.deadlineMs !== undefined) task.deadlineMs = changes.deadlineMs;
  task.startedAtMs = changes.startedAtMs ?? task.startedAtMs;
  task.owners = changes.owners ?? task.owners;
  if (changes.webhook !== undefined) task.webhook = changes.webhook;
  task.preventGuestComment = changes.preventGuestComment ?? task.preventGuestComment;
  task.position = changes.position ?? task.position;
  task.maxAssignable = changes.maxAssignable ?? task.maxAssignable;
  task.topSecret = changes.topSecret ?? task.topSecret;
  task.taskType = changes.taskType ?? task.taskType;
  task.status = changes.status ?? task.status;
}

/** The `taskdata` of a body, judged field by field; keys that are no field of the task are dropped without a word. */
function readTaskData(fields: FieldReader, task: Task): ReadonlyMap<string, FieldChange> {
  const sent = new Map(Object.entries(fields.object('taskdata') ?? {}));
  const changes = new Map<string, FieldChange>();
  for (const field of task.fields) {
    if (!sent.has(field.id)) continue;
    const change = readFieldValue(field, sent.get(field.id));
    if (change.kind === 'refused') fields.refuse(`taskdata.${field.id}`, change.message);
    else changes.set(field.id, change);
  }
  return changes;
}

export function applyFieldChange(task: Task, fieldId: string, change: FieldChange): void {
  if (change.kind === 'set') task.values.set(fieldId, change.value);
  else task.values.delete(fieldId);
}

/** `POST /tasks/{id}/captures`: one field's value, by the field's id; the seldom documented way beside `taskdata`. */
export function saveCapture(call: Call): SandboxAnswer {
  const target = findTask(call);
  if ('refusal' in target) return target.refusal;
  const task = target.found;
  if (task.completedAtMs !== null) return refused('task', 'A completed task cannot be updated.');
  const fields = new FieldReader(call.request.body);
  const id = String(fields.raw('id', { required: true }));
  if (!fields.has('value')) fields.refuse('value', 'The value field is required.');
  const refusal = fields.refusal();
  if (refusal !== undefined) return refusal;
  const field = task.fields.find((each) => each.id === id);
  if (field === undefined) return resourceNotFound;
  const change = readFieldValue(field, fields.raw('value'));
  if (change.kind === 'refused') return refused('value', change.message);
  const before = copyTask(task);
  applyFieldChange(task, field.id, change);
  recordUpdate(call, task, before);
  const value: JsonValue = task.values.get(field.id) ?? null;
  return answerData({ id: field.id, value });
}
