import { fail, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import type { Reader } from '../http.js';
import { accuseCredential, expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { Identity } from '../provider.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';

const renewToken =
  'Check the token and the organization: a token belongs to one user and dies when that user logs out.';

/**
 * `GET /me`, then `GET /me/organizations`, which must hold the organization of the settings: with another one, every
 * request would answer 403 as if the row were at fault (routes: tallyfy/cli, resources.go, 2026-07-29).
 */
export async function identifyTallyfy(config: TallyfyConfig, reader: Reader): Promise<Result<Identity>> {
  const me = await readOwn(reader, ['me'], []);
  if (!me.ok) return me;
  const user = field(me.value, 'data');
  const name = textField(user, 'email') ?? textField(user, 'full_name') ?? textField(user, 'id');
  const organizations = await readOwn(reader, ['me', 'organizations'], [['per_page', '100']]);
  if (!organizations.ok) return organizations;
  const list = listField(organizations.value, 'data');
  const own = list.find((entry) => textField(entry, 'id')?.toLowerCase() === config.organizationId);
  if (own === undefined)
    return fail(
      foreignOrganization(
        config,
        list.map((entry) => textField(entry, 'id') ?? '?'),
      ),
    );
  return succeed({
    user: name ?? 'unknown',
    userId: textField(user, 'id'),
    tenant: textField(own, 'name') ?? config.organizationId,
    tenantId: config.organizationId,
    warnings: [],
  });
}

async function readOwn(
  reader: Reader,
  path: readonly string[],
  query: ReadonlyArray<readonly [string, string]>,
): Promise<Result<unknown>> {
  const result = expectSuccess(await reader.read({ method: 'GET', path, query }), 'read', tallyfyErrors);
  if (!result.ok) {
    const { httpStatus } = result.failure;
    return httpStatus === 401 || httpStatus === 403 ? fail(accuseCredential(result.failure, renewToken)) : result;
  }
  if (field(result.value.json, 'data') !== undefined) return succeed(result.value.json);
  return fail(unexpectedAnswer(result.value, 'read', 'Tallyfy', `it holds nothing of ${path.join('/')}`));
}

function foreignOrganization(config: TallyfyConfig, others: readonly string[]) {
  return {
    type: 'FORBIDDEN',
    code: 'ORGANIZATION_NOT_FOUND',
    message: `The token does not belong to the organization ${config.organizationId}; it belongs to ${others.join(', ') || 'none'}.`,
    suggestedAction: 'Set TALLYFY_ORG_ID to an organization of this token, or use a token of that organization.',
    phase: 'answered',
    effect: 'none',
    scope: 'credential',
    retryable: false,
    httpStatus: 200,
    requestId: null,
  } as const;
}
