/** ClickUp's settings: which variables there are, and what is made of them. */

import type { Asked } from '../ask-once.js';
import { EnvironmentReader } from '../environment.js';
import type { Reader } from '../http.js';
import type { ConnectOptions, Environment, EnvironmentVariable, ServiceAddress } from '../provider.js';
import type { TargetView } from '../target.js';
import type { FieldDefinition } from './fields.js';
import type { ListStatus } from './list-statuses.js';
import type { ListPlace } from './lists.js';
import { parseTeamId } from './task-id.js';
import type { TaskMemory } from './task-memory.js';
import type { Team } from './teams.js';

/** Settings, and what a connection learns while it lasts. */
export interface ClickUpConfig {
  /** The workspace in which custom ids and lists are looked up; null when the environment does not name it. */
  readonly teamId: string | null;
  /** Whether a task may be named by its title alone, which costs a search of the whole workspace. */
  readonly allowNameSearch: boolean;
  /** Whether each task is read by itself, and none from the pages of its list. */
  readonly readsEach: boolean;
  /** Statuses of lists, by list id. */
  readonly statuses: Asked<readonly ListStatus[]>;
  /** Definitions of custom fields, by list id. */
  readonly fields: Asked<readonly FieldDefinition[]>;
  /** The token's workspaces with their members, under one key. */
  readonly teams: Asked<readonly Team[]>;
  /** The id of the token's user, under one key. */
  readonly own: Asked<string>;
  /** All lists that the token reaches, under one key. */
  readonly lists: Asked<readonly ListPlace[]>;
  /** Tasks that rows name beside the one that they act on, as they were before the run, by the id that they give. */
  readonly others: Asked<TargetView>;
  /** Native ids of tasks that were named by list and title, by the id of their ref: the name is looked up once. */
  readonly named: Map<string, string>;
  /**
   * Tasks from list pages, by the reader that read them. Planning has one reader, so its pages serve all its rows;
   * every row that is executed has one of its own, so it never rests on what was read for planning.
   */
  readonly memories: WeakMap<Reader, TaskMemory>;
}

export function newClickUpConfig(teamId: string | null, options: ConnectOptions): ClickUpConfig {
  return {
    teamId,
    allowNameSearch: options.allowNameSearch,
    readsEach: options.readsEach === true,
    statuses: new Map(),
    fields: new Map(),
    teams: new Map(),
    own: new Map(),
    lists: new Map(),
    others: new Map(),
    named: new Map(),
    memories: new WeakMap(),
  };
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
export function configureClickUp(
  environment: Environment,
  options: ConnectOptions,
): {
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
    config: newClickUpConfig(teamId, options),
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
