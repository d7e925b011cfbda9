/**
 * `batch`: up to 50 methods as one request, which counts as one request, while each counts with its work time (b24restdocs,
 * batch and limits, 2026-08-21). The answer is 200 also where all failed. What it tells is in sections by key, and an
 * empty section is `[]`.
 */

import { field, isJsonObject, type JsonValue, textField } from '../../../json.js';
import type { BatchDialect, BatchShare } from '../../batch.js';
import type { HttpAnswer, WriteRequest } from '../../http.js';
import { isSoundJson } from '../../reading.js';
import { readSection, shareAnswer, shareKey, shareLost, shareOfFailure } from '../batch-shares.js';
import { batchSize } from '../dialect.js';
import { classicErrors, statusOfCode } from './errors.js';
import { toPhpQuery } from './php-query.js';

const writes: ReadonlySet<string> = new Set([
  ...['tasks.task.add', 'tasks.task.update', 'tasks.task.delete', 'tasks.task.complete', 'tasks.task.defer'],
  ...['tasks.task.renew', 'task.commentitem.add'],
]);
/** Bitrix24 puts the results of earlier commands in for this, also within a title. */
const reference = '$result';
/** What a task method's refusal is sent with; also for codes that nobody knows. */
const refusedStatus = 400;

export const classicBatch: BatchDialect = {
  size: batchSize,
  accepts: (request) => commandOf(request) !== null,
  join: (requests) => {
    const cmd = requests.map((request, index): [string, JsonValue] => [shareKey(index), commandOf(request)]);
    return { method: 'POST', path: ['batch'], body: { halt: 0, cmd: Object.fromEntries(cmd) } };
  },
  split: (outcome, requests) => {
    if (outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300) return dealOut(outcome, requests);
    const share = shareOfFailure(outcome, classicErrors);
    return requests.map(() => share);
  },
};

/** `tasks.task.delete?taskId=5`; null for what can't be said so. */
function commandOf({ path, body }: WriteRequest): string | null {
  const [method, ...rest] = path;
  if (method === undefined || rest.length > 0 || !writes.has(method) || !isJsonObject(body)) return null;
  if (JSON.stringify(body).includes(reference)) return null;
  const query = toPhpQuery(body);
  return query === null ? null : `${method}?${query}`;
}

function dealOut(carrier: HttpAnswer, requests: readonly WriteRequest[]): readonly BatchShare[] {
  const answer = field(carrier.json, 'result');
  const results = readSection(field(answer, 'result'));
  const errors = readSection(field(answer, 'result_error'));
  if (results === null || errors === null) {
    const message = 'The answer to a batch is not of the documented form, so it does not tell what became of it.';
    return requests.map(() => shareLost('UNEXPECTED_BATCH_ANSWER', message));
  }
  const times = readSection(field(answer, 'result_time')) ?? new Map();
  return requests.map((_, index): BatchShare => {
    const key = shareKey(index);
    const time = times.get(key);
    const timing = isJsonObject(time) && isSoundJson(time) ? { time } : {};
    if (errors.has(key)) return shareOfError(carrier, errors.get(key), timing);
    if (results.has(key)) {
      const result = results.get(key);
      return shareAnswer(carrier, 200, { result: isSoundJson(result) ? result : null, ...timing });
    }
    return shareLost('NOT_IN_ANSWER', 'The answer to a batch does not tell what became of this write.');
  });
}

function shareOfError(carrier: HttpAnswer, error: unknown, timing: { time?: JsonValue }): HttpAnswer {
  const status = statusOfCode(textField(error, 'error') ?? '') ?? refusedStatus;
  const told = isJsonObject(error) && isSoundJson(error) ? error : { error_description: 'no code is told' };
  return shareAnswer(carrier, status, { ...told, ...timing });
}
