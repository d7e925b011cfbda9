/**
 * Assigning people: `PUT /v2/task/{id}` with `assignees: {add, rem}` (published v2 document, 2026-07-30). A flat list is
 * answered with 200 and not applied (reports of live answers), and unknown ids are passed over, so the answer's people
 * are compared with those that were asked for.
 */
import { fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import type { Reader, Writer } from '../http.js';
import type { Done, Doubt, Prediction, Settlement } from '../operation.js';
import { unknownFrom } from '../settle.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { people, taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { refOf, requireRef } from './task-ref.js';
import { judgeUpdate, writeTask } from './task-write.js';
import { findPeople } from './teams.js';
import { undoPeople } from './undo-task.js';

/** `[]`, as ClickUp's export writes nobody, leaves nothing to do. */
const schema = taskSchema({
  assignees: people({
    about: 'The people: user ids, e-mails or names of members of the workspace.',
    example: 'ada@example.com;81234567',
    aliases: ['assignee', 'user', 'users', 'user_id'],
  }),
});

export const assignTask = defineOperation({
  name: 'assign',
  summary: 'Adds people to the assignees of a task.',
  risk: 'reversible',
  repeat: 'safe',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'unassign',
  undo: { needs: 'reading', lost: ['that the people did not watch the task'], take: undoPeople(true) },
  sideEffects: ['The people become watchers and are notified.', 'Automations may run.'],
  notices: { people: 'yes', automations: 'may' },
  settledBy: 'The task is read; it is done when all the people are among its assignees.',
  schema,
  target: refOf,
  predict: (_args, target, prepared) => predictPeople(target, prepared, true),
  leaves: (_args, target, prepared) => leavePeople(target, prepared, true),
  prepare: (config: ClickUpConfig, args, reader, target) => preparePeople(config, args.assignees, reader, target),
  execute: (config: ClickUpConfig, args, writer, target, prepared) =>
    changePeople(config, requireRef(args), args.assignees, writer, target, prepared, true),
  settle: (config, args, reader, reading, doubt) => settlePeople(config, args.assignees, reader, reading, doubt, true),
});

export const unassignTask = defineOperation({
  name: 'unassign',
  summary: 'Takes people out of the assignees of a task.',
  risk: 'reversible',
  repeat: 'safe',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'assign',
  undo: { needs: 'reading', lost: [], take: undoPeople(false) },
  sideEffects: ['The people stay watchers of the task.', 'Watchers may be notified and automations may run.'],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when none of the people is among its assignees.',
  schema,
  target: refOf,
  predict: (_args, target, prepared) => predictPeople(target, prepared, false),
  leaves: (_args, target, prepared) => leavePeople(target, prepared, false),
  prepare: (config: ClickUpConfig, args, reader, target) => preparePeople(config, args.assignees, reader, target),
  execute: (config: ClickUpConfig, args, writer, target, prepared) =>
    changePeople(config, requireRef(args), args.assignees, writer, target, prepared, false),
  settle: (config, args, reader, reading, doubt) => settlePeople(config, args.assignees, reader, reading, doubt, false),
});

async function preparePeople(
  config: ClickUpConfig,
  names: readonly string[],
  reader: Reader,
  target: TargetView | null,
): Promise<Result<JsonObject>> {
  if (target === null) return succeed({});
  const ids = await findPeople(config, reader, names);
  return ids.ok ? succeed({ people: ids.value }) : ids;
}

function predictPeople(task: TargetView, prepared: JsonObject, wanted: boolean): Prediction {
  const ids = readIds(prepared.people);
  const held = readIds(task.extra.people);
  const open = ids.filter((id) => held.includes(id) !== wanted);
  if (open.length === 0) {
    if (ids.length === 0) return { kind: 'nothing-to-do', reason: 'The row names nobody.' };
    const reason = wanted ? 'All the people are assigned already.' : 'None of the people is assigned.';
    return { kind: 'nothing-to-do', reason };
  }
  const after = peopleAfter(held, ids, wanted);
  return { kind: 'will-do', changes: [{ field: 'assignees', before: list(held), after: list(after) }] };
}

function peopleAfter(held: readonly number[], ids: readonly number[], wanted: boolean): readonly number[] {
  if (!wanted) return held.filter((id) => !ids.includes(id));
  // As a task's people are read.
  return [...new Set([...held, ...ids])].sort((one, other) => one - other);
}

/** Who comes is known by the id alone. */
function leavePeople(task: TargetView, prepared: JsonObject, wanted: boolean): TargetView {
  const held = readIds(task.extra.people);
  const people = peopleAfter(held, readIds(prepared.people), wanted);
  const names = new Map(held.map((id, at) => [id, task.assignees[at]]));
  return {
    ...task,
    assignees: people.map((id) => names.get(id) ?? String(id)),
    extra: { ...task.extra, people },
  };
}

async function changePeople(
  config: ClickUpConfig,
  ref: TargetRef,
  names: readonly string[],
  writer: Writer,
  target: TargetView | null,
  prepared: JsonObject,
  wanted: boolean,
): Promise<Result<Done>> {
  const planned = readIds(prepared.people);
  const found = planned.length > 0 ? succeed(planned) : await findPeople(config, writer, names);
  if (!found.ok) return found;
  const ids = found.value;
  if (ids.length === 0) return fail(nobodyNamed);
  // Both keys are declared as required.
  const assignees = wanted ? { add: ids, rem: [] } : { add: [], rem: ids };
  const answer = await writeTask(config, writer, ref, target, { method: 'PUT', body: { assignees } });
  if (!answer.ok) return answer;
  return judgeUpdate(answer.value, (task) => {
    const held = readIds(task.extra.people);
    const left = ids.filter((id) => held.includes(id) !== wanted);
    return left.length === 0 ? [] : [`${list(left)} ${wanted ? 'was not assigned' : 'is still assigned'}`];
  });
}

async function settlePeople(
  config: ClickUpConfig,
  names: readonly string[],
  reader: Reader,
  reading: Reading | null,
  doubt: Doubt,
  wanted: boolean,
): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleByTask(reading, doubt, () => ({ done: false, evidence: '' }));
  const ids = await findPeople(config, reader, names);
  if (!ids.ok) return unknownFrom(ids.failure);
  return settleByTask(reading, doubt, (task) => {
    const held = readIds(task.extra.people);
    const evidence = `${quoteTask(task)} has the assignees ${list(held) ?? 'none'}.`;
    return { done: ids.value.every((id) => held.includes(id) === wanted), evidence };
  });
}

function readIds(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.filter((id: JsonValue) => typeof id === 'number') : [];
}

function list(ids: readonly number[]): string | null {
  return ids.length === 0 ? null : ids.join(', ');
}

const nobodyNamed = localFailure('VALIDATION', 'MISSING_VALUE', 'The row names nobody.', 'Fill in assignees.');
