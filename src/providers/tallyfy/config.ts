/** Tallyfy's settings: which variables there are, and what is made of them. */
import type { Asked } from '../ask-once.js';
import { EnvironmentReader } from '../environment.js';
import type { Reader } from '../http.js';
import type { Environment, EnvironmentVariable, ServiceAddress } from '../provider.js';
import { parseHexId } from './hex-id.js';
import type { RunOpenness } from './runs.js';
import type { TaskMemory } from './task-memory.js';

export interface TallyfyConfig {
  readonly organizationId: string;
  /** What was found out in this connection. */
  readonly known: {
    /** False once a run's list turned out to tell less of a task than reading it alone does. */
    listsTellAll: boolean;
  };
  /**
   * Tasks from list pages, by the reader that read them. Planning has one reader, so its pages serve all its rows; every
   * row that is executed has one of its own, so it never rests on what was read for planning.
   */
  readonly memories: WeakMap<Reader, TaskMemory>;
  /** How the run of that id stands to a new task. */
  readonly runs: Asked<RunOpenness>;
  /** The ids of the tags that are listed, under one key. */
  readonly listedTags: Asked<ReadonlySet<string>>;
  /** Whether there is a tag of that id, which is not listed. */
  readonly otherTags: Asked<boolean>;
}

export function newTallyfyConfig(organizationId: string): TallyfyConfig {
  return {
    organizationId,
    known: { listsTellAll: true },
    memories: new WeakMap(),
    runs: new Map(),
    listedTags: new Map(),
    otherTags: new Map(),
  };
}

const tokenHelp =
  'made in Tallyfy under Settings > Integrations > REST API. It dies when its user logs out of the web app.';

export const tallyfyVariables: readonly EnvironmentVariable[] = [
  { name: 'TALLYFY_ACCESS_TOKEN', required: true, purpose: `a personal access token, ${tokenHelp}` },
  { name: 'TALLYFY_API_TOKEN', required: false, purpose: `another name for the same token, ${tokenHelp}` },
  {
    name: 'TALLYFY_ORG_ID',
    required: true,
    purpose:
      'the id of the organization, 32 characters of 0-9 and a-f; GET /me/organizations lists those of the token.',
  },
  {
    name: 'TALLYFY_BASE_URL',
    required: false,
    purpose: "the API's address; https://go.tallyfy.com/api unless you use another host.",
  },
];

/** @throws {CredentialError} naming each missing or malformed variable and where to get it. */
export function configureTallyfy(environment: Environment): {
  config: TallyfyConfig;
  address: ServiceAddress;
  tenant: string;
} {
  const reader = new EnvironmentReader(environment);
  const token = reader.secret('TALLYFY_ACCESS_TOKEN', 'TALLYFY_API_TOKEN');
  const organizationId = reader.id('TALLYFY_ORG_ID', parseHexId);
  const baseUrl = reader.baseUrl('TALLYFY_BASE_URL', 'https://go.tallyfy.com/api', adjustBaseUrl);
  reader.finish('Tallyfy', tallyfyVariables);
  return {
    config: newTallyfyConfig(organizationId),
    address: {
      baseUrl,
      // All three are asked for on every request; without the last, 401 or 404 (API documentation, 2026-07-19).
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'x-tallyfy-client': 'APIClient' },
      secrets: [token],
    },
    tenant: organizationId,
  };
}

/**
 * The two hosts differ: `go.` serves the API under `/api`, `api.` serves it at its root. A doubled or missing `/api` is
 * a known mistake that ends in 404 (tests of tallyfy/migrator, 2026-08-01), so both are put right.
 */
function adjustBaseUrl(url: URL): string {
  const path = url.pathname.replace(/\/+$/, '').replace(/(\/api)+$/, '/api');
  if (/^(staging\.)?go\.tallyfy\.com$/.test(url.hostname) && path === '') return `${url.origin}/api`;
  if (/^(staging-)?api\.tallyfy\.com$/.test(url.hostname) && path === '/api') return url.origin;
  return `${url.origin}${path}`;
}
