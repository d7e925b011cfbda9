import { type Failure, fail, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import { accuseCredential, expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { Identity } from '../provider.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';

/**
 * `GET /v2/user`, then `GET /v2/team`, which lists the token's workspaces and must hold the one of the settings
 * (published v2 document, 2026-07-30).
 */
export async function identifyClickUp(config: ClickUpConfig, reader: Reader): Promise<Result<Identity>> {
  const answer = await readOwn(reader, 'user');
  if (!answer.ok) return answer;
  const user = field(answer.value, 'user');
  const workspaces = await readOwn(reader, 'team');
  if (!workspaces.ok) return workspaces;
  const teams = listField(workspaces.value, 'teams');
  const own = teams.filter((team) => config.teamId === null || textField(team, 'id') === config.teamId);
  if (config.teamId !== null && own.length === 0) return fail(foreignWorkspace(config.teamId, teams));
  return succeed({
    user: textField(user, 'username') ?? textField(user, 'email') ?? textField(user, 'id') ?? 'unknown',
    userId: textField(user, 'id'),
    tenant: own.map((team) => textField(team, 'name') ?? textField(team, 'id') ?? '?').join(', ') || 'no workspace',
    tenantId: own.map((team) => textField(team, 'id') ?? '?').join(', '),
    warnings: [],
  });
}

/** The id of the token's user: who made what was made with it. Asked for once in a connection. */
export function readOwnId(config: ClickUpConfig, reader: Reader): Promise<Result<string>> {
  return askOnce(config.own, '', async () => {
    const answer = await readOwn(reader, 'user');
    if (!answer.ok) return answer;
    return succeed(textField(field(answer.value, 'user'), 'id') ?? '');
  });
}

/** Here no id of a row is involved, so every 401 and 403 is the token's. */
async function readOwn(reader: Reader, what: 'user' | 'team'): Promise<Result<unknown>> {
  const result = expectSuccess(await reader.read({ method: 'GET', path: ['v2', what] }), 'read', clickUpErrors);
  if (!result.ok) {
    const { httpStatus } = result.failure;
    if (httpStatus !== 401 && httpStatus !== 403) return result;
    const action = 'Set CLICKUP_API_TOKEN to a valid token: ClickUp > Settings > Apps > API Token.';
    return fail({ ...accuseCredential(result.failure, action), type: httpStatus === 401 ? 'AUTH' : 'FORBIDDEN' });
  }
  const { json } = result.value;
  const isThere = what === 'user' ? field(json, 'user') !== undefined : Array.isArray(field(json, 'teams'));
  return isThere ? succeed(json) : fail(unexpectedAnswer(result.value, 'read', 'ClickUp', `it holds no ${what}`));
}

function foreignWorkspace(teamId: string, teams: readonly unknown[]): Failure {
  const names = teams.map((team) => `${textField(team, 'name') ?? '?'} (${textField(team, 'id') ?? '?'})`);
  return {
    type: 'FORBIDDEN',
    code: 'WORKSPACE_NOT_FOUND',
    message: `The token may not enter the workspace ${teamId}; it may enter ${names.join(', ') || 'none'}.`,
    suggestedAction: 'Set CLICKUP_TEAM_ID to one of those, or use a token of that workspace.',
    phase: 'answered',
    effect: 'none',
    scope: 'credential',
    retryable: false,
    httpStatus: 200,
    requestId: null,
  };
}
