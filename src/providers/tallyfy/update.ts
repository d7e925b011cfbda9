import { fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, type JsonObject } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer } from '../http.js';
import type { Change, Done, Doubt, Prediction, Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { ensureTarget, oneOffBase, refuseClosed, runOfTask, taskSegments } from './before-write.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { notApplied, type Unapplied } from './not-applied.js';
import { completeOwners, nobody, ownersBody, readOwners, sameOwners, sayOwners, viewOwners } from './owners.js';
import { settleFound } from './settle-task.js';
import { readDetails, sameDetail, viewDetails } from './task-details.js';
import { organizationPath, taskRef } from './tasks.js';
import { undoUpdate } from './undo-update.js';
import { askedDetails, askedOwners, contradiction, type UpdateArgs, updateSchema } from './update-schema.js';

/**
 * `PUT /tasks/{id}` or `/runs/{run}/tasks/{id}` (update page of the API documentation, 2026-07-19). On a one-off each
 * request must hold title, deadline and assignees, so it rests on a reading that is at most a minute old and what the row
 * does not change is written back as it was read.
 */
export const updateTask = defineOperation({
  name: 'update',
  summary: 'Changes fields and assignees of a task; what the row leaves empty stays as it is.',
  risk: 'destructive',
  repeat: 'after-reading',
  requestsPerRow: 1,
  inverse: 'update',
  undo: { needs: 'reading', lost: [], take: undoUpdate },
  sideEffects: [
    'People who are newly assigned are notified; an e-mail that is new to the organization is invited as a guest.',
    'Guest invites are capped at 30 an hour and organization: above that Tallyfy asks to wait for up to 3,600 s.',
    'A deadline may be moved to a working day of the organization.',
    'On a one-off, title, deadline and assignees are written back as they were read at most a minute before.',
  ],
  notices: { people: 'may' },
  settledBy:
    'The task is read and compared field by field; a deadline that is near the one asked for decides nothing, for Tallyfy moves it.',
  readingMaxAgeMs: 60_000,
  schema: updateSchema,
  target: (args) => taskRef(args.task_id, args.run_id),
  predict,
  leaves: ({ title }, target) => ({ ...target, title: title ?? target.title }),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ref = taskRef(args.task_id, args.run_id);
    const ready = await ensureTarget(config, writer, ref, target, (view) => predict(args, view));
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const task = ready.value.target;
    const body = updateBody(args, task);
    if (!body.ok) return body;
    const path = organizationPath(config, ...taskSegments(task, args.run_id));
    const result = expectSuccess(await writer.write({ method: 'PUT', path, body: body.value }), 'write', tallyfyErrors);
    return result.ok ? judgeUpdate(args, task, result.value) : result;
  },
  settle: async (_config, args, _reader, reading, doubt) =>
    settleFound(reading, ({ target }) => settleUpdate(args, target, doubt)),
});

function predict(args: UpdateArgs, target: TargetView): Prediction {
  const twice = contradiction(args);
  if (twice !== null) {
    return refuseRow('SET_AND_CLEARED', `The row both sets and clears ${twice}.`, 'Leave one of the two out.');
  }
  if (askedDetails(args).size === 0 && askedOwners(args) === null) {
    return refuseRow('NOTHING_TO_CHANGE', 'The row names nothing to change.', 'Fill in at least one field, or clear.');
  }
  const closed = refuseClosed(target);
  if (closed !== null) return closed;
  const isOneOff = runOfTask(target, args.run_id) === null;
  if (isOneOff && args.position !== undefined) {
    return refuseRow('NO_POSITION', 'A one-off task has no position in a run.', 'Leave position empty.');
  }
  const base = isOneOff ? oneOffBase(target, args.deadline) : succeed({});
  if (!base.ok) return { kind: 'will-fail', failure: base.failure };
  if (askedOwners(args) !== null && viewOwners(target.extra) === null) {
    return refuseRow('TASK_NOT_UNDERSTOOD', 'Tallyfy told no assignees of the task.', 'Assign people in Tallyfy.');
  }
  const changes = foreseeChanges(args, target);
  return changes.length === 0
    ? { kind: 'nothing-to-do', reason: 'The task is so already.' }
    : { kind: 'will-do', changes };
}

function refuseRow(code: string, message: string, action: string): Prediction {
  return { kind: 'will-fail', failure: localFailure('VALIDATION', code, message, action) };
}

function foreseeChanges(args: UpdateArgs, target: TargetView): Change[] {
  const now = viewDetails(target.extra);
  const changes: Change[] = [];
  for (const [name, after] of askedDetails(args)) {
    const before = now[name];
    if (before === undefined || !sameDetail(name, before, after)) {
      changes.push({ field: name, before: before ?? null, after });
    }
  }
  const given = askedOwners(args);
  const owners = viewOwners(target.extra) ?? nobody;
  const after = given === null ? owners : completeOwners(given, owners);
  if (!sameOwners(owners, after)) {
    changes.push({ field: 'owners', before: sayOwners(owners), after: sayOwners(after) });
  }
  return changes;
}

function updateBody(args: UpdateArgs, target: TargetView): Result<JsonObject> {
  const base = runOfTask(target, args.run_id) === null ? oneOffBase(target, args.deadline) : succeed({});
  if (!base.ok) return base;
  const { task_id: _task, run_id: _run, owners: _owners, clear = [], ...given } = args;
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const emptied = clear.filter((name) => !name.startsWith('owners.')).map((name) => [name, null]);
  const asked = askedOwners(args);
  const owners = viewOwners(target.extra) ?? nobody;
  return succeed({
    ...base.value,
    ...Object.fromEntries(set),
    ...Object.fromEntries(emptied),
    ...(asked === null ? {} : { owners: ownersBody(completeOwners(asked, owners)) }),
  });
}

/** The answer holds the task as it is now. */
function judgeUpdate(args: UpdateArgs, before: TargetView, answer: HttpAnswer): Result<Done> {
  const task = field(answer.json, 'data');
  if (field(task, 'id') === undefined) {
    return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no task'));
  }
  const missed = [...missedDetails(args, before, task), ...missedOwners(args, before, task)];
  return missed.length === 0 ? succeed(doneBy(answer)) : fail(notApplied(missed, answer));
}

/**
 * What is rewritten but not ignored counts as applied: markup that is cleaned, a start that is moved, a deadline that is
 * moved to a working day. What is empty, or as it was before, was ignored.
 */
function missedDetails(args: UpdateArgs, before: TargetView, task: unknown): Unapplied[] {
  const told = readDetails(task);
  const was = viewDetails(before.extra);
  return [...askedDetails(args)].flatMap(([name, asked]) => {
    const now = told[name];
    if (now === undefined || sameDetail(name, now, asked)) return [];
    const mayRewrite = name === 'summary' || name === 'started_at' || (name === 'deadline' && isNear(now, asked));
    return mayRewrite && now !== '' && now !== was[name] ? [] : [{ field: name, asked, now }];
  });
}

/** Holidays and week-ends in a row are fewer. */
const longestMoveMs = 14 * 86_400_000;

/** Whether a deadline can have been moved to a working day. */
function isNear(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) <= longestMoveMs;
}

function missedOwners(args: UpdateArgs, before: TargetView, task: unknown): Unapplied[] {
  const given = askedOwners(args);
  const now = readOwners(field(task, 'owners'));
  if (given === null || now === null) return [];
  const asked = completeOwners(given, viewOwners(before.extra) ?? nobody);
  return sameOwners(asked, now) ? [] : [{ field: 'owners', asked: sayOwners(asked), now: sayOwners(now) }];
}

/** The service's clock and ours may differ by this much. */
const clockSkewMs = 120_000;

function settleUpdate(
  args: UpdateArgs,
  target: TargetView,
  { attemptStartedAtMs, endedAtMs }: Pick<Doubt, 'attemptStartedAtMs' | 'endedAtMs'>,
): Settlement {
  const changes = foreseeChanges(args, target);
  const mayBeMoved = ({ field: name, before, after }: Change) =>
    name === 'deadline' && before !== null && after !== null && isNear(before, after);
  const open = changes.filter((change) => !mayBeMoved(change)).map((change) => change.field);
  if (open.length > 0) {
    return { kind: 'not-done', evidence: `Of "${target.title}" (${target.id}), not as asked: ${open.join(', ')}.` };
  }
  if (changes.length === 0) return { kind: 'done', evidence: `"${target.title}" (${target.id}) is as asked.` };
  const deadline = `The deadline of "${target.title}" (${target.id}) is ${target.due ?? 'empty'}`;
  const updatedAtMs = Date.parse(target.updated ?? '');
  if (updatedAtMs < attemptStartedAtMs - clockSkewMs) {
    return { kind: 'not-done', evidence: `${deadline}, and the task was not changed since ${target.updated}.` };
  }
  if (endedAtMs !== undefined && updatedAtMs <= endedAtMs + clockSkewMs) {
    return { kind: 'done', evidence: `${deadline}: Tallyfy moved it to a working day.` };
  }
  return { kind: 'unknown', evidence: `${deadline}; Tallyfy may have moved it to a working day.` };
}
