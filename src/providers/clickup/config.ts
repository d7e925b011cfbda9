/** ClickUp's settings: which variables there are, and what is made of them. */
import type { Result } from '../../failure.js';
import { EnvironmentReader } from '../environment.js';
import type { Environment, EnvironmentVariable, ServiceAddress } from '../provider.js';
import type { ListStatus } from './list-statuses.js';
import { parseTeamId } from './task-id.js';

export interface ClickUpConfig {
  /** The workspace in which custom ids are looked up; null when the environment does not name it. */
  readonly teamId: string | null;
  /** Statuses of lists that were asked for in this connection, by list id, also while the answer is under way. */
  readonly statuses: Map<string, Promise<Result<readonly ListStatus[]>>>;
}

export const clickUpVariables: readonly EnvironmentVariable[] = [
  {
    name: 'CLICKUP_API_TOKEN',
    required: true,
    purpose: 'a personal token (pk_…), made in ClickUp under Settings > Apps > API Token, or an OAuth access token.',
  },
  {
    name: 'CLICKUP_TEAM_ID',
    required: false,
    purpose: 'the id of the workspace, the digits behind app.clickup.com/ in its address; needed for custom task ids.',
  },
  {
    name: 'CLICKUP_BASE_URL',
    required: false,
    purpose: "the API's address; https://api.clickup.com/api unless you use another host.",
  },
];

/** @throws {CredentialError} naming each missing or malformed variable and where to get it. */
export function configureClickUp(environment: Environment): {
  config: ClickUpConfig;
  address: ServiceAddress;
  tenant: string;
} {
  const reader = new EnvironmentReader(environment);
  const token = reader.secret('CLICKUP_API_TOKEN');
  const teamId = reader.optionalId('CLICKUP_TEAM_ID', parseTeamId);
  const baseUrl = reader.baseUrl('CLICKUP_BASE_URL', 'https://api.clickup.com/api', adjustBaseUrl);
  reader.finish('ClickUp', clickUpVariables);
  return {
    config: { teamId, statuses: new Map() },
    address: {
      baseUrl,
      headers: {
        // Personal tokens go as they are, OAuth tokens behind Bearer (API documentation, authentication page, 2026-07-30).
        authorization: token.startsWith('pk_') ? token : `Bearer ${token}`,
        accept: 'application/json',
        // Declared as required on DELETE and some GETs too (published v2 document, 2026-07-30).
        'content-type': 'application/json',
      },
      secrets: [token],
    },
    tenant: teamId ?? "the token's workspaces",
  };
}

/** The version belongs to each path; an address that ends in it is taken without. */
function adjustBaseUrl(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/v[23]$/, '')}`;
}
