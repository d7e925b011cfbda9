/** Writing values of form fields, and making sure that they are there. */
import { fail, type Result, succeed } from '../../failure.js';
import { field } from '../../json.js';
import type { HttpAnswer, Reader, Writer } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { oneOffBase, runOfTask, taskSegments } from './before-write.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { sayValue } from './field-values.js';
import { type FieldWrite, missedWrites, taskData } from './field-writes.js';
import { notApplied } from './not-applied.js';
import { organizationPath, readTask, taskRef } from './tasks.js';

/** Where the task of a write is: with its run, which decides the route. */
export interface WritePlace {
  readonly config: TallyfyConfig;
  readonly target: TargetView;
  /** The run that the row names. */
  readonly runId: string | undefined;
}

/**
 * All values in one `taskdata` of a `PUT` (complete and update pages of the API documentation, 2026-07-19), which drops
 * unknown fields with 200: what came back is compared, and the task read where the answer does not tell.
 */
export async function saveTaskData(
  place: WritePlace,
  writer: Writer,
  writes: readonly FieldWrite[],
): Promise<Result<HttpAnswer>> {
  const { config, target, runId } = place;
  const base = runOfTask(target, runId) === null ? oneOffBase(target, undefined) : succeed({});
  if (!base.ok) return base;
  const outcome = await writer.write({
    method: 'PUT',
    path: organizationPath(config, ...taskSegments(target, runId)),
    body: { ...base.value, taskdata: taskData(writes) },
  });
  const result = expectSuccess(outcome, 'write', tallyfyErrors);
  if (!result.ok) return result;
  const task = field(result.value.json, 'data');
  if (field(task, 'id') === undefined) {
    return fail(unexpectedAnswer(result.value, 'write', 'Tallyfy', 'it holds no task'));
  }
  return confirmWrites(place, writer, writes, result.value, task);
}

/** `answer`, when the values are there by `task`, or by reading the task where that does not tell. */
export async function confirmWrites(
  { config, target, runId }: WritePlace,
  reader: Reader,
  writes: readonly FieldWrite[],
  answer: HttpAnswer,
  task: unknown,
): Promise<Result<HttpAnswer>> {
  let missed = missedWrites(task, writes);
  if (missed === null) {
    const reading = await readTask(config, reader, taskRef(target.id, runId));
    if (reading.kind !== 'found') return fail({ ...reading.failure, effect: 'possible' });
    missed = missedWrites(reading.raw, writes) ?? [];
  }
  if (missed.length === 0) return succeed(answer);
  const list = missed.map(({ field: one, value, now }) => ({
    field: one.label,
    asked: sayValue(one, value),
    now: sayValue(one, now),
  }));
  return fail(notApplied(list, answer));
}
