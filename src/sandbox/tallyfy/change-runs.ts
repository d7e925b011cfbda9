import type { JsonValue, SandboxAnswer } from '../service.js';
import { answerData, forbidden, invalid, refused } from './answers.js';
import { type Call, findRun, isAdmin, recordChange } from './call.js';
import { FieldReader, readInteger } from './field-reader.js';
import { toJson } from './json.js';
import { isHexId, newId } from './new-id.js';
import { noOwners } from './owners.js';
import { addRun, addTask } from './records.js';
import { presentRun } from './run-view.js';
import { currentUser, type Run, removeTask } from './state.js';

const MAX_NAME = 550;

/** Steps of every run that is launched: the emulator has no templates. */
const STEPS = ['Prepare', 'Carry out', 'Check'];

/** `POST /runs`. The answer does not tell the tasks; they are listed next. */
export function launchRun(call: Call): SandboxAnswer {
  const fields = new FieldReader(call.request.body);
  const checklistId = fields.text('checklist_id', { required: true });
  if (checklistId !== undefined && !isHexId(checklistId)) {
    fields.refuse('checklist_id', 'The selected checklist id is invalid.');
  }
  const name = fields.text('name', { required: true, maxLength: MAX_NAME });
  const given = readRunFields(fields);
  const refusal = fields.refusal();
  if (refusal !== undefined || checklistId === undefined || name === undefined) return refusal ?? invalid(new Map());
  const run = addRun(call.state, call.context, { ...given, checklistId, name });
  for (const title of STEPS) {
    const stepId = newId(call.context.random);
    addTask(call.state, call.context, { title, stepId, run, owners: { ...noOwners, users: [currentUser.id] } });
  }
  recordChange(call, 'launch', run, { name });
  return answerData(presentRun(call.state, run), 201);
}

/** `PUT /runs/{id}`: partial, but `users` and `groups` that are left out are emptied. */
export function updateRun(call: Call): SandboxAnswer {
  const target = findRun(call);
  if ('refusal' in target) return target.refusal;
  const run = target.found;
  if (run.archivedAtMs !== null) return refused('run', 'An archived process cannot be updated.');
  const fields = new FieldReader(call.request.body);
  const name = fields.text('name', { required: fields.has('name'), maxLength: MAX_NAME });
  const given = readRunFields(fields);
  const refusal = fields.refusal();
  if (refusal !== undefined) return refusal;
  const before = printRun(run);
  run.name = name ?? run.name;
  run.summary = given.summary ?? run.summary;
  run.ownerId = given.ownerId ?? run.ownerId;
  run.starred = given.starred ?? run.starred;
  run.isPublic = given.isPublic ?? run.isPublic;
  run.prerun = given.prerun ?? run.prerun;
  run.users = given.users;
  run.groups = given.groups;
  if (printRun(run) !== before) recordChange(call, 'update-run', run);
  return answerData(presentRun(call.state, run));
}

function printRun({ tasks: _tasks, ...rest }: Run): string {
  return JSON.stringify(rest);
}

function readRunFields(fields: FieldReader) {
  const prerun = fields.object('prerun');
  return {
    summary: fields.text('summary'),
    ownerId: fields.integer('owner_id', 1),
    starred: fields.flag('starred'),
    isPublic: fields.flag('is_public'),
    prerun: prerun === undefined ? undefined : readPrerun(prerun),
    users: (fields.list('users') ?? []).flatMap((user) => readInteger(user) ?? []),
    groups: (fields.list('groups') ?? []).filter((group) => typeof group === 'string'),
  };
}

/** Keys that are no id of a kick-off field are dropped. */
function readPrerun(prerun: Readonly<Record<string, unknown>>): JsonValue {
  return Object.fromEntries(
    Object.entries(prerun)
      .filter(([key]) => isHexId(key))
      .map(([key, value]) => [key, toJson(value)]),
  );
}

/** `DELETE /runs/{id}`: archives and hides the run's tasks; 200, unlike the 204 of a one-off task. */
export function archiveRun(call: Call): SandboxAnswer {
  const target = findRun(call);
  if ('refusal' in target) return target.refusal;
  const run = target.found;
  if (run.archivedAtMs !== null) return refused('run', 'The process is already archived.');
  run.archivedAtMs = call.context.now();
  recordChange(call, 'archive-run', run);
  return answerData(presentRun(call.state, run));
}

/** `PUT /runs/{id}/activate`. */
export function restoreRun(call: Call): SandboxAnswer {
  const target = findRun(call);
  if ('refusal' in target) return target.refusal;
  const run = target.found;
  if (run.archivedAtMs === null) return refused('run', 'The process is not archived.');
  run.archivedAtMs = null;
  recordChange(call, 'restore-run', run);
  return answerData(presentRun(call.state, run));
}

/** `DELETE /runs/{id}/delete`: for good, with its tasks; administrators only, archived runs only; 200 without a body. */
export function deleteRun(call: Call): SandboxAnswer {
  const target = findRun(call);
  if ('refusal' in target) return target.refusal;
  const run = target.found;
  if (!isAdmin(call)) return forbidden('Only an administrator can delete a process.');
  if (run.archivedAtMs === null) return refused('run', 'The process must be archived before it can be deleted.');
  for (const task of run.tasks) removeTask(call.state, task);
  for (const link of call.state.tagLinks.values()) {
    if (link.runId === run.id) call.state.tagLinks.delete(link.id);
  }
  call.state.runs.delete(run.id);
  call.state.deleted.set(run.id, 'run');
  recordChange(call, 'delete-run', run, { name: run.name });
  return { status: 200 };
}
