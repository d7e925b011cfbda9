/**
 * `POST /v1/batch`: up to 50 calls on tasks as one request, which counts as one (Vibecode documentation of 2026-05-05,
 * batch). Comments have routes of their own and are not taken. The answer is 200 also where calls failed; those are in
 * `data.errors` alone, and what `data.results` holds for an update or a delete is not documented.
 */

import { field, isJsonObject, type JsonObject, type JsonValue, textField } from '../../../json.js';
import type { BatchDialect, BatchShare } from '../../batch.js';
import type { HttpAnswer, WriteRequest } from '../../http.js';
import { isSoundJson } from '../../reading.js';
import { readSection, shareAnswer, shareKey, shareLost, shareOfFailure } from '../batch-shares.js';
import { batchSize } from '../dialect.js';
import { statusOfCode, vibecodeErrors } from './errors.js';

/** Codes that speak about calling in a batch: nothing was called, and the single route may well do it. */
const notInBatch: ReadonlySet<string> = new Set(['UNKNOWN_ENTITY', 'ACTION_NOT_SUPPORTED', 'ENTITY_CUSTOM_ROUTES']);
/** What a portal's refusal is sent with; also for codes that nobody knows. */
const refusedStatus = 422;

export const vibecodeBatch: BatchDialect = {
  size: batchSize,
  accepts: (request) => callOf(request) !== null,
  join: (requests) => {
    const calls = requests.map((request, index): JsonValue => ({ id: shareKey(index), ...callOf(request) }));
    return { method: 'POST', path: ['v1', 'batch'], body: { calls } };
  },
  split: (outcome, requests) => {
    if (outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300) return dealOut(outcome, requests);
    const share = shareOfFailure(outcome, vibecodeErrors);
    if (outcome.kind === 'loss' || share.kind !== 'alone') return requests.map(() => share);
    // A batch may be refused for one malformed call, which it names.
    const errors = readSection(field(field(outcome.json, 'data'), 'errors')) ?? new Map();
    return requests.map((_, index) => {
      const key = shareKey(index);
      return errors.has(key) ? shareOfError(outcome, errors.get(key)) : share;
    });
  },
};

/** The call that does what a single request does; null where there is none. */
function callOf({ method, path, body }: WriteRequest): JsonObject | null {
  const [version, entity, id, ...rest] = path;
  if (version !== 'v1' || entity !== 'tasks' || rest.length > 0) return null;
  if (id === undefined) {
    return method === 'POST' && isJsonObject(body) ? { entity, action: 'create', params: body } : null;
  }
  const entityId = /^[1-9]\d*$/.test(id) ? Number(id) : Number.NaN;
  if (!Number.isSafeInteger(entityId)) return null;
  if (method === 'DELETE' && body === undefined) return { entity, action: 'delete', entityId };
  return method === 'PATCH' && isJsonObject(body) ? { entity, action: 'update', entityId, params: body } : null;
}

function dealOut(carrier: HttpAnswer, requests: readonly WriteRequest[]): readonly BatchShare[] {
  const data = field(carrier.json, 'success') === true ? field(carrier.json, 'data') : undefined;
  const results = readSection(field(data, 'results'));
  const errors = readSection(field(data, 'errors'));
  if (results === null || errors === null) {
    const message = 'The answer to a batch is not of the documented form, so it does not tell what became of it.';
    return requests.map(() => shareLost('UNEXPECTED_BATCH_ANSWER', message));
  }
  const hidesFailures = Number(textField(field(data, 'summary'), 'failed') ?? 0) > errors.size;
  return requests.map((request, index): BatchShare => {
    const key = shareKey(index);
    if (errors.has(key)) return shareOfError(carrier, errors.get(key));
    if (hidesFailures) return notTold('counts more failures than it tells of');
    if (!results.has(key)) return notTold('does not tell what became of this write');
    return shareOfResult(carrier, request, results.get(key));
  });
}

function notTold(lack: string): BatchShare {
  return shareLost('NOT_IN_ANSWER', `The answer to a batch ${lack}.`);
}

/** As the single route answers; the value is only carried along, for it may be anything. */
function shareOfResult(carrier: HttpAnswer, { method }: WriteRequest, value: unknown): HttpAnswer {
  if (method === 'DELETE') return shareAnswer(carrier, 204, undefined);
  const data = isSoundJson(value) ? value : null;
  return shareAnswer(carrier, method === 'POST' ? 201 : 200, { success: true, data });
}

function shareOfError(carrier: HttpAnswer, error: unknown): BatchShare {
  const code = textField(error, 'code');
  if (code !== null && notInBatch.has(code)) return { kind: 'alone' };
  const status = (code === null ? null : statusOfCode(code)) ?? refusedStatus;
  const told = isJsonObject(error) && isSoundJson(error) ? error : { message: 'no code is told' };
  return shareAnswer(carrier, status, { success: false, error: told });
}
