import { z } from 'zod';
import { type Failure, fail, type Result, succeed } from '../../failure.js';
import { field, textField } from '../../json.js';
import { flag, integer } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader, WriteRequest, Writer } from '../http.js';
import type { Done, Doubt, Prediction, RowContext, Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { completionMs, settleCompletion, withLaterCompletion } from '../settle.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import { already, ensureTarget, oneOffBase, refuse, refuseArchived, runOfTask } from './before-write.js';
import { runIdColumn, taskIdColumn } from './columns.js';
import { describeVerdict, foreseeRefusal, refuseOtherVerdict } from './completion.js';
import type { TallyfyConfig } from './config.js';
import { saysAlreadyCompleted, tallyfyErrors } from './errors.js';
import { fieldsColumn } from './field-columns.js';
import { fieldChanges, leaveWithFields, missedWrites, overwrittenSince, planFieldWrites } from './field-writes.js';
import { notApplied, type Unapplied } from './not-applied.js';
import { saveTaskData } from './save-fields.js';
import { viewTask } from './task-view.js';
import { organizationPath, readTask, taskRef } from './tasks.js';
import { undoCompletion } from './undo-completion.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  is_approved: flag({
    about: 'For approvals: true approves, false rejects. Other tasks do not need it.',
    example: 'true',
  }).optional(),
  override_user: integer(
    { about: 'The number of the member who is credited with the completion, in place of you.', example: '12345' },
    { min: 1, max: Number.MAX_SAFE_INTEGER },
  ).optional(),
  fields: fieldsColumn({
    about:
      'Values of form fields to save before, by id, label or alias: a JSON object, or columns fields.<label>. Costs a request more.',
    example: '{"Comment":"Paid in full"}',
    aliases: ['taskdata'],
  }).optional(),
});

type Args = z.output<typeof schema>;

/**
 * `POST /runs/{run}/completed-tasks` for a task of a run, `POST /completed-tasks` for a one-off (API documentation,
 * 2026-07-19).
 *
 * Never sent twice: a second completion is an error by the documentation, but by task_management.py of
 * tallyfy/mcp-public (2026-08-07) it may answer 2xx and fire webhooks and e-mails again. So a write rests on a reading
 * that is at most a minute old and shows the task open, and none is repeated before another reading.
 */
export const completeTask = defineOperation({
  name: 'complete',
  summary:
    'Completes a task of a run or a one-off, after saving form fields if asked; approves or rejects an approval.',
  risk: 'reversible',
  repeat: 'after-reading',
  requestsPerRow: 1,
  requestsVary: true,
  inverse: 'reopen',
  undo: { needs: 'reading', lost: [], take: undoCompletion },
  overwritingColumns: ['fields'],
  sideEffects: [
    'Webhooks, e-mails and activity of the task fire.',
    'Rules of the run may show, hide or reassign other tasks.',
    'A row with form fields costs two requests: the values first, then the completion. Old values are overwritten.',
  ],
  notices: { people: 'yes', automations: 'yes' },
  settledBy: 'The task is read; it is done when it is completed.',
  readingMaxAgeMs: 60_000,
  schema,
  target: refOf,
  predict,
  forbiddenSince: (args, before, now) => {
    const writes = planFieldWrites(args, now);
    return writes.ok ? overwrittenSince(writes.value, before) : [];
  },
  leaves: (args, target) => ({ ...leaveWithFields(args, target), completed: true, status: 'completed' }),
  execute: async (config: TallyfyConfig, args, writer, target, _prepared, context) => {
    const ready = await ensureTarget(config, writer, refOf(args), target, (view) => predict(args, view));
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const task = ready.value.target;
    const saved = await saveFirst(config, args, writer, task, context);
    if (!saved.ok) return saved;
    const outcome = await writer.write(completionRequest(config, args, task));
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (result.ok) return judgeCompletion(args, result.value);
    return confirmRefusal(config, args, writer, result.failure);
  },
  settle: async (_config, args, _reader, reading, doubt) => settle(args, reading, doubt),
});

function refOf(args: Args): TargetRef {
  return taskRef(args.task_id, args.run_id);
}

function predict(args: Args, target: TargetView): Prediction {
  if (target.completed) return predictCompleted(args, target);
  const archived = refuseArchived(target);
  if (archived !== null) return archived;
  const writes = planFieldWrites(args, target);
  if (!writes.ok) return { kind: 'will-fail', failure: writes.failure };
  const refusal = foreseeRefusal(args, target, writes.value);
  if (refusal !== null) return { kind: 'will-fail', failure: refusal };
  const base = args.fields !== undefined && runOfTask(target, args.run_id) === null;
  const complete = base ? oneOffBase(target, undefined) : succeed({});
  if (!complete.ok) return { kind: 'will-fail', failure: complete.failure };
  const status = { field: 'status', before: target.status, after: 'completed' };
  return { kind: 'will-do', changes: [...fieldChanges(writes.value), status] };
}

/** A completed task is as the row says only with its verdict and its values, and Tallyfy takes neither any more. */
function predictCompleted(args: Args, target: TargetView): Prediction {
  const otherwise = refuseOtherVerdict(args, target);
  if (otherwise !== null) return { kind: 'will-fail', failure: otherwise };
  const writes = planFieldWrites(args, target);
  if (!writes.ok) return { kind: 'will-fail', failure: writes.failure };
  const missing = fieldChanges(writes.value).map((change) => change.field);
  if (missing.length === 0) return { kind: 'nothing-to-do', reason: 'The task is completed already.' };
  const message = `The task is completed without the values of ${missing.join(', ')}, and Tallyfy changes no completed task.`;
  return refuse('TASK_COMPLETED', message, 'Reopen it first; then it can be completed with its values.');
}

const fieldsStep = 'fields';

/** The row's values, in one request, unless an earlier attempt saved them. */
async function saveFirst(
  config: TallyfyConfig,
  args: Args,
  writer: Writer,
  target: TargetView,
  { steps }: RowContext,
): Promise<Result<null>> {
  if (args.fields === undefined || steps.done(fieldsStep)) return succeed(null);
  const writes = planFieldWrites(args, target);
  if (!writes.ok) return writes;
  const result = await saveTaskData({ config, target, runId: args.run_id }, writer, writes.value);
  if (!result.ok) return result;
  await steps.finish(fieldsStep);
  return succeed(null);
}

function completionRequest(config: TallyfyConfig, args: Args, target: TargetView): WriteRequest {
  const runId = runOfTask(target, args.run_id);
  return {
    method: 'POST',
    path: organizationPath(config, ...(runId === null ? [] : ['runs', runId]), 'completed-tasks'),
    body: {
      task_id: target.id,
      ...(args.is_approved === undefined ? {} : { is_approved: args.is_approved }),
      ...(args.override_user === undefined ? {} : { override_user: args.override_user }),
    },
  };
}

/** The answer holds the task as it is now. It may still be open when all of its assignees must complete it. */
function judgeCompletion(args: Args, answer: HttpAnswer): Result<Done> {
  const raw = field(answer.json, 'data');
  const task = viewTask(raw);
  if (task === null) return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no task'));
  if (task.completed || task.status === null) {
    const missed = missedParts(args, task, raw);
    const completedAtMs = completionMs(task.extra.completedAt);
    return missed.length === 0 ? succeed(doneBy(answer, { completedAtMs })) : fail(notApplied(missed, answer));
  }
  if (task.extra.everyoneMustComplete === true) {
    return succeed(
      doneBy(answer, { message: 'Counted; the task stays open until each of its assignees has completed it.' }),
    );
  }
  return fail(
    unexpectedAnswer(answer, 'write', 'Tallyfy', `the task has the status ${task.status} and is not completed`),
  );
}

/** The verdict and who is credited, where the answer tells another one than was asked for. */
function missedParts(args: Args, task: TargetView, raw: unknown): Unapplied[] {
  const missed: Unapplied[] = [];
  if (refuseOtherVerdict(args, task) !== null) {
    missed.push({ field: 'is_approved', asked: describeVerdict(args), now: extraText(task.extra, 'verdict') });
  }
  const completer = textField(raw, 'completer_id');
  if (args.override_user !== undefined && completer !== null && completer !== String(args.override_user)) {
    missed.push({ field: 'override_user', asked: String(args.override_user), now: completer });
  }
  return missed;
}

/** "Already completed" is believed when a reading shows it, as the row would have it. */
async function confirmRefusal(
  config: TallyfyConfig,
  args: Args,
  reader: Reader,
  failure: Failure,
): Promise<Result<Done>> {
  if (failure.effect === 'possible' || !saysAlreadyCompleted(failure.message)) return fail(failure);
  const reading = await readTask(config, reader, refOf(args));
  if (reading.kind !== 'found' || !reading.target.completed) return fail(failure);
  const otherwise = refuseOtherVerdict(args, reading.target);
  if (otherwise !== null) return fail(otherwise);
  return succeed(already('Tallyfy says that the task was completed before, and shows it completed.'));
}

function settle(args: Args, reading: Reading | null, doubt: Doubt): Settlement {
  const settlement = settleCompletion(reading, (target) => target.completed);
  if (reading?.kind !== 'found') return settlement;
  if (settlement.kind === 'not-done' && reading.target.extra.everyoneMustComplete === true) {
    return {
      kind: 'unknown',
      evidence: `${settlement.evidence} Each of its assignees must complete it, so our completion may have been counted.`,
    };
  }
  // Our completion would have left our verdict: somebody else completed it.
  const otherwise = settlement.kind === 'done' ? refuseOtherVerdict(args, reading.target) : null;
  if (otherwise !== null) return { kind: 'failed', failure: otherwise };
  if (settlement.kind !== 'done' || args.fields === undefined || doubt.steps.done(fieldsStep)) {
    return withLaterCompletion(settlement, reading.target, reading.target.extra.completedAt, doubt);
  }
  // Somebody else may have completed it before the values were saved; a completed task takes none.
  const writes = planFieldWrites(args, reading.target);
  const missed = writes.ok ? missedWrites(reading.raw, writes.value) : null;
  if (missed !== null && missed.length === 0) return settlement;
  return { kind: 'unknown', evidence: `${settlement.evidence} Its form fields do not show all values of the row.` };
}
