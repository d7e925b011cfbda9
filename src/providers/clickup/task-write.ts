/** Writing to one task, and comparing what came back with what was asked: ClickUp answers 200 to what it ignores. */
import { type Failure, fail, type Result, succeed } from '../../failure.js';
import { isObject, type JsonValue } from '../../json.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, WriteRequest, Writer } from '../http.js';
import type { Done } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetRef, TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';
import { locateTask } from './locate-task.js';
import { viewTask } from './task-view.js';
import { explainAbsence } from './tasks.js';

export interface TaskWrite {
  readonly method: WriteRequest['method'];
  /** What follows the task in the path: `tag`, `urgent`. */
  readonly below?: readonly string[];
  readonly body?: JsonValue;
}

/** Sends a write to `/v2/task/{id}` or below it. */
export async function writeTask(
  config: ClickUpConfig,
  writer: Writer,
  ref: TargetRef,
  target: TargetView | null,
  write: TaskWrite,
): Promise<Result<HttpAnswer>> {
  const address = await locateTask(config, writer, ref, target);
  if (!address.ok) return address;
  const { path, query } = address.value;
  const outcome = await writer.write({
    method: write.method,
    path: [...path, ...(write.below ?? [])],
    query,
    ...(write.body === undefined ? {} : { body: write.body }),
  });
  const result = expectSuccess(outcome, 'write', clickUpErrors);
  return result.ok ? result : fail(explainAbsence(result.failure, ref));
}

/**
 * Judges the answer to an update, which holds the task as it is then.
 * @param lacks what of the request is not so, in words like `the status is "to do", not "done"`.
 */
export function judgeUpdate(answer: HttpAnswer, lacks: (task: TargetView) => readonly string[]): Result<Done> {
  const task = viewTask(answer.json);
  if (task === null) return fail(unexpectedAnswer(answer, 'write', 'ClickUp', 'it holds no task'));
  const missing = lacks(task);
  if (missing.length > 0) return fail(notApplied(answer, missing));
  return succeed(doneBy(answer, { url: task.url }));
}

/** ClickUp accepted the write and did not do all of it. */
export function notApplied(answer: HttpAnswer, lacks: readonly string[]): Failure {
  return {
    ...unexpectedAnswer(answer, 'write', 'ClickUp', `did not apply all of it: ${lacks.join('; ')}`),
    code: 'NOT_APPLIED',
    suggestedAction: 'Look at the task in ClickUp: an automation may have changed it, or the value is not taken there.',
  };
}

/** A row that found nothing to do when it was about to be sent. */
export function alreadySo(task: TargetView, message: string): Done {
  return { outcome: 'already', httpStatus: 200, requestId: null, message, url: task.url, createdId: null };
}

/** The answer when its body is an object, as ClickUp's are; a page in its place proves nothing. */
export function expectObject(answer: HttpAnswer): Result<HttpAnswer> {
  if (isObject(answer.json)) return succeed(answer);
  return fail(unexpectedAnswer(answer, 'write', 'ClickUp', 'it is no answer of its API'));
}
