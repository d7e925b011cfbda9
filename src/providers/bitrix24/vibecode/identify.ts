import { type Failure, fail, type Result, succeed } from '../../../failure.js';
import { field, listField, textField } from '../../../json.js';
import type { HttpAnswer, Reader } from '../../http.js';
import { expectSuccess, unexpectedAnswer } from '../../outcome.js';
import type { Identity } from '../../provider.js';
import { serverTimeMs } from '../../wait-hints.js';
import { vibecodeErrors } from './errors.js';

const expiresSoonMs = 7 * 24 * 60 * 60 * 1000;

/**
 * `GET /v1/me`: portal, owner, scopes, access mode and expiry of the key (Vibecode documentation of 2026-05-05). A key
 * that may only read, or that has no scope for tasks, is refused here, before a row is spent on it.
 */
export async function identifyVibecode(reader: Reader): Promise<Result<Identity>> {
  const result = expectSuccess(await reader.read({ method: 'GET', path: ['v1', 'me'] }), 'read', vibecodeErrors);
  if (!result.ok) return result;
  const answer = result.value;
  const me = field(answer.json, 'data');
  const portal = textField(me, 'portal');
  if (portal === null)
    return fail(unexpectedAnswer(answer, 'read', 'Bitrix24', 'it does not name the portal of the key'));
  if (textField(me, 'accessMode') === 'READONLY') {
    return fail(
      unfitKey(
        answer,
        'WRITE_BLOCKED_READONLY_KEY',
        'The key may only read.',
        'Use a key whose access mode is READWRITE.',
      ),
    );
  }
  const scopes = Array.isArray(field(me, 'scopes')) ? listField(me, 'scopes') : null;
  if (scopes !== null && !scopes.includes('tasks') && !scopes.includes('task')) {
    const action = 'Give the key the scopes task and tasks, at vibecode.bitrix24.com under Keys.';
    return fail(unfitKey(answer, 'SCOPE_DENIED', 'The key has no scope for tasks.', action));
  }
  return succeed({
    user: textField(field(me, 'owner'), 'name') ?? textField(field(me, 'app'), 'title') ?? 'unknown',
    userId: textField(field(me, 'owner'), 'id'),
    tenant: portal,
    tenantId: portal,
    warnings: [...warnOfScopes(scopes), ...warnOfExpiry(answer, textField(me, 'expiresAt'))],
  });
}

/** `task` and `tasks` are two scopes, and the pages differ on which one the task routes ask for. */
function warnOfScopes(scopes: readonly unknown[] | null): string[] {
  return scopes === null || scopes.includes('tasks')
    ? []
    : ['The key has the scope task but not tasks; Bitrix24 may refuse to change tasks (SCOPE_DENIED).'];
}

/** Judged by the service's clock: without one, a date is told as it is. */
function warnOfExpiry(answer: HttpAnswer, expiresAt: string | null): string[] {
  const expiresMs = expiresAt === null ? Number.NaN : Date.parse(expiresAt);
  const leftMs = expiresMs - serverTimeMs(answer.headers, Number.NaN);
  if (Number.isNaN(expiresMs) || leftMs > expiresSoonMs) return [];
  return [`The key ${leftMs <= 0 ? 'expired' : 'expires'} at ${new Date(expiresMs).toISOString()}.`];
}

function unfitKey(answer: HttpAnswer, code: string, message: string, suggestedAction: string): Failure {
  return {
    type: 'FORBIDDEN',
    code,
    message,
    suggestedAction,
    phase: 'answered',
    effect: 'none',
    scope: 'credential',
    retryable: false,
    httpStatus: answer.status,
    requestId: answer.requestId,
  };
}
