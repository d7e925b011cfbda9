import type { SandboxAnswer } from '../service.js';
import { answerData, hourlyCapReached, refused } from './answers.js';
import { type Call, recordChange } from './call.js';
import { formatDate } from './dates.js';
import { FieldReader } from './field-reader.js';
import { readFormFields } from './form-fields.js';
import { isHexId } from './new-id.js';
import { countOwners, findNewGuests, noOwners, readOwners, registerOwners } from './owners.js';
import { addRun, addTask, type NewTask } from './records.js';
import { type Owners, type Run, TASK_TYPES, type Task } from './state.js';
import { presentTask } from './task-view.js';

/** Template of the runs that hold fanned-out tasks; such runs come from no template of the user. */
const FAN_OUT_CHECKLIST_ID = '0'.repeat(32);

/** `POST /tasks`. A fan-out makes one task an assignee in a run of their own, and answers the first task only. */
export function createTask(call: Call): SandboxAnswer {
  const fields = new FieldReader(call.request.body);
  const task = readNewTask(call, fields);
  const isFanOut = fields.flag('separate_task_for_each_assignee') ?? false;
  const run = readRun(call, fields);
  const refusal = fields.refusal();
  if (refusal !== undefined) return refusal;
  if (run !== undefined && !run.canAddOneOffTasks) {
    return refused('run_id', 'Ad-hoc tasks not allowed for this process');
  }
  const capped = inviteGuests(call, task.owners);
  if (capped !== undefined) return capped;
  registerOwners(call.state, task.owners);
  return isFanOut ? fanOut(call, task, run) : createOne(call, task, run);
}

function createOne(call: Call, newTask: NewTask, run: Run | undefined): SandboxAnswer {
  const task = addTask(call.state, call.context, { ...newTask, run });
  recordChange(call, 'create', task, { title: task.title });
  return answerData(presentTask(call.state, task, 'created'), 201);
}

function fanOut(call: Call, newTask: NewTask, givenRun: Run | undefined): SandboxAnswer {
  const run =
    givenRun ?? addRun(call.state, call.context, { checklistId: FAN_OUT_CHECKLIST_ID, name: newTask.title ?? '' });
  const tasks = splitOwners(call, newTask.owners).map((owners) =>
    addTask(call.state, call.context, { ...newTask, owners, run }),
  );
  const [first] = tasks;
  if (first === undefined) return refused('owners', 'At least one assignee is required.');
  recordChange(call, 'create', first, { title: first.title, run_id: run.id, tasks: tasks.map((task) => task.id) });
  const view = presentTask(call.state, first, 'created');
  view.run = { id: run.id, name: run.name, started_at: formatDate(run.createdAtMs) };
  return answerData(view, 201);
}

/** One entry an assignee; a group stands for its members, or for itself when they are not known. */
function splitOwners(call: Call, owners: Owners): readonly Owners[] {
  const members = owners.groups.flatMap((group) => call.state.groups.get(group) ?? []);
  const unknownGroups = owners.groups.filter((group) => !call.state.groups.has(group));
  return [
    ...[...new Set([...owners.users, ...members])].map((user) => ({ ...noOwners, users: [user] })),
    ...owners.guests.map((guest) => ({ ...noOwners, guests: [guest] })),
    ...unknownGroups.map((group) => ({ ...noOwners, groups: [group] })),
  ];
}

function readNewTask(call: Call, fields: FieldReader): NewTask & { readonly owners: Owners } {
  const owners = readOwners(fields, { required: true });
  if (owners !== undefined && countOwners(owners) === 0) fields.refuse('owners', 'At least one assignee is required.');
  const summary = fields.text('summary') ?? fields.text('description');
  fields.choice('status', ['not-started']);
  return {
    title: fields.text('title', { required: true, maxLength: 600 }),
    taskType: fields.choice('task_type', TASK_TYPES, { required: true }),
    owners: owners ?? noOwners,
    deadlineMs: fields.deadline({ required: true }),
    summary,
    startedAtMs: fields.date('started_at'),
    maxAssignable: fields.integer('max_assignable', 0),
    preventGuestComment: fields.flag('prevent_guest_comment'),
    everyoneMustComplete: fields.flag('everyone_must_complete'),
    canCompleteOnlyAssignees: fields.flag('can_complete_only_assignees'),
    topSecret: fields.flag('top_secret'),
    isSoftStartDate: fields.flag('is_soft_start_date'),
    webhook: fields.url('webhook'),
    tagIds: readTagIds(fields),
    fields: readFormFields(call, fields),
  };
}

function readTagIds(fields: FieldReader): readonly string[] {
  return (fields.list('tags') ?? []).flatMap((tag, index) => {
    if (typeof tag === 'string' && isHexId(tag)) return [tag];
    fields.refuse(`tags.${index}`, `The tags.${index} must be 32 characters.`);
    return [];
  });
}

/** That an archived run takes no tasks is a guess: it takes no tags ("Subject not found"), and hides the tasks it has. */
function readRun(call: Call, fields: FieldReader): Run | undefined {
  const runId = fields.text('run_id');
  if (runId === undefined) return undefined;
  const run = call.state.runs.get(runId);
  if (run === undefined || run.archivedAtMs !== null) return fields.refuse('run_id', 'The selected run id is invalid.');
  return run;
}

/** Counts the guests who are new to the organization as invites; the answer refuses them when the hour is full. */
export function inviteGuests(call: Call, owners: Owners): SandboxAnswer | undefined {
  const guests = findNewGuests(call.state, owners);
  if (guests.length === 0) return undefined;
  const limit = call.settings.guestInvitesPerHour;
  const waitMs = call.state.guestInvites.take(call.context.now(), limit, guests.length);
  return waitMs === null ? undefined : hourlyCapReached('invite guest', limit, waitMs);
}

/** `POST /tasks/{id}/clone`: an open copy without answers, comments and completion. */
export function cloneOneOff(call: Call, source: Task): SandboxAnswer {
  const copy = addTask(call.state, call.context, {
    title: source.title,
    summary: source.summary ?? undefined,
    taskType: source.taskType,
    owners: source.owners,
    deadlineMs: source.deadlineMs ?? undefined,
    maxAssignable: source.maxAssignable,
    preventGuestComment: source.preventGuestComment,
    everyoneMustComplete: source.everyoneMustComplete,
    canCompleteOnlyAssignees: source.canCompleteOnlyAssignees,
    topSecret: source.topSecret,
    webhook: source.webhook ?? undefined,
    tagIds: source.tagIds,
    fields: source.fields,
    run: source.runId === null ? undefined : call.state.runs.get(source.runId),
  });
  recordChange(call, 'clone', copy, { source: source.id });
  return answerData(presentTask(call.state, copy, 'created'), 201);
}
