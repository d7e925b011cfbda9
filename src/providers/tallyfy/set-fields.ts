import { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { oneOf } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Writer } from '../http.js';
import type { Prediction, RowContext } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import type { TargetView } from '../target.js';
import { takenBackBy } from '../undo.js';
import { ensureTarget, oneOffBase, refuseClosed, runOfTask } from './before-write.js';
import { runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { clearFieldsColumn, fieldsColumn } from './field-columns.js';
import { type FieldWrite, fieldChanges, leaveWithFields, missedWrites, planFieldWrites } from './field-writes.js';
import { confirmWrites, saveTaskData, type WritePlace } from './save-fields.js';
import { settleFound } from './settle-task.js';
import { organizationPath, taskRef } from './tasks.js';
import { formerFields } from './undo-fields.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  fields: fieldsColumn({
    about:
      'Values by form field (id, label or alias), as a JSON object or as columns fields.<label>. Choices are given by their texts.',
    example: '{"Comment":"Paid in full"}',
    aliases: ['taskdata'],
  }).optional(),
  clear: clearFieldsColumn,
  route: oneOf(
    {
      about:
        'How values are sent: taskdata (all in one request; the default) or captures (one request a field, an older way that official clients do not use).',
      example: 'taskdata',
    },
    ['taskdata', 'captures'],
  ).optional(),
});

type Args = z.output<typeof schema>;

/** Values of form fields; the routes are those of {@link saveTaskData} and {@link saveCaptures}. */
export const setFields = defineOperation({
  name: 'set-fields',
  summary: "Fills in form fields of an open task; each value in the form that its field's type wants.",
  risk: 'destructive',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  requestsVary: true,
  inverse: 'set-fields',
  undo: {
    needs: 'reading',
    lost: [],
    take: (args, { view }) => {
      const { row, lost } = formerFields(args.task_id, args, view);
      const run = args.run_id === undefined ? {} : { run_id: args.run_id };
      return takenBackBy(row === null ? [] : [{ ...row, values: { ...row.values, ...run } }], lost);
    },
  },
  sideEffects: [
    'Rules of the run may show, hide or reassign other tasks.',
    'On a one-off, title, deadline and assignees are written back as they were read at most a minute before.',
    'With the route captures, a row costs one request a field, and one to see that they are there.',
  ],
  settledBy: 'The task is read and its values are compared.',
  readingMaxAgeMs: 60_000,
  schema,
  target: (args) => taskRef(args.task_id, args.run_id),
  predict,
  leaves: leaveWithFields,
  execute: async (config: TallyfyConfig, args, writer, target, _prepared, context) => {
    const ref = taskRef(args.task_id, args.run_id);
    const ready = await ensureTarget(config, writer, ref, target, (view) => predict(args, view));
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const place = { config, target: ready.value.target, runId: args.run_id };
    const writes = planFieldWrites(args, place.target);
    if (!writes.ok) return writes;
    const result =
      args.route === 'captures'
        ? await saveCaptures(place, writer, writes.value, context)
        : await saveTaskData(place, writer, writes.value);
    return result.ok ? succeed(doneBy(result.value)) : result;
  },
  settle: async (_config, args, _reader, reading) =>
    settleFound(reading, ({ target, raw }) => {
      const writes = planFieldWrites(args, target);
      // The field may have been there when the request was on its way.
      if (!writes.ok) return { kind: 'unknown', evidence: writes.failure.message };
      const missed = missedWrites(raw, writes.value);
      const name = `"${target.title}" (${target.id})`;
      if (missed === null) return { kind: 'unknown', evidence: `Tallyfy does not tell the values of ${name}.` };
      if (missed.length === 0) return { kind: 'done', evidence: `The form fields of ${name} are as asked.` };
      const labels = missed.map((write) => write.field.label).join(', ');
      return { kind: 'not-done', evidence: `Of ${name}, not as asked: ${labels}.` };
    }),
});

function predict(args: Args, target: TargetView): Prediction {
  if (args.fields === undefined && (args.clear ?? []).length === 0) return { kind: 'will-fail', failure: nothingNamed };
  const closed = refuseClosed(target);
  if (closed !== null) return closed;
  const writes = planFieldWrites(args, target);
  if (!writes.ok) return { kind: 'will-fail', failure: writes.failure };
  const base = args.route === 'captures' || runOfTask(target, args.run_id) !== null;
  const complete = base ? succeed({}) : oneOffBase(target, undefined);
  if (!complete.ok) return { kind: 'will-fail', failure: complete.failure };
  const changes = fieldChanges(writes.value);
  if (changes.length === 0) return { kind: 'nothing-to-do', reason: 'The form fields hold these values already.' };
  return { kind: 'will-do', changes };
}

const nothingNamed: Failure = localFailure(
  'VALIDATION',
  'NOTHING_TO_CHANGE',
  'The row names no form field.',
  'Fill in a column fields.<label>, the column fields, or clear.',
);

/**
 * `POST /tasks/{id}/captures`, one field a request: described by the Postman page of the API documentation, used by no
 * official client. Its answer is documented nowhere, so the task is read afterwards.
 */
async function saveCaptures(
  place: WritePlace,
  writer: Writer,
  writes: readonly FieldWrite[],
  { steps }: RowContext,
): Promise<Result<HttpAnswer>> {
  let last: HttpAnswer | null = null;
  for (const { field, value } of writes) {
    const step = `field ${field.id}`;
    if (steps.done(step)) continue;
    const path = organizationPath(place.config, 'tasks', place.target.id, 'captures');
    const outcome = await writer.write({ method: 'POST', path, body: { id: field.id, value } });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (!result.ok) return result;
    last = result.value;
    await steps.finish(step);
  }
  if (last === null) return fail(allSent);
  return confirmWrites(place, writer, writes, last, null);
}

/** Only a row whose last answer was lost between its last step and its end comes here; reading settles it. */
const allSent: Failure = {
  ...localFailure(
    'UNKNOWN',
    'NOT_CONFIRMED',
    'All values were sent before; whether they are there is not known.',
    'Look at the task.',
  ),
  effect: 'possible',
};
