/** Bitrix24's settings: which variables there are, and what is made of them. */
import { EnvironmentReader } from '../environment.js';
import type { Environment, EnvironmentVariable, ServiceAddress } from '../provider.js';

export interface Bitrix24Config {
  /** What was found out in this connection. */
  readonly known: {
    /** True once a search was seen to honour its filter, so that what it lacks can be taken for absent. */
    searchFilters: boolean;
  };
}

export const bitrix24Variables: readonly EnvironmentVariable[] = [
  {
    name: 'BITRIX24_API_KEY',
    required: true,
    purpose:
      'a Vibecode key with the scopes task and tasks (vibe_api_… or vibe_app_…), made at vibecode.bitrix24.com under Keys.',
  },
  {
    name: 'BITRIX24_ACCESS_TOKEN',
    required: false,
    purpose: 'the session token (vibe_session_…) of a user, needed beside an application key (vibe_app_…).',
  },
  {
    name: 'BITRIX24_BASE_URL',
    required: false,
    purpose:
      'the address of Vibecode; https://vibecode.bitrix24.com, or https://vibecode.bitrix24.tech for some regions.',
  },
];

/**
 * Key kinds and their headers: Vibecode documentation of 2026-05-05, keys and authorization.
 *
 * @throws {CredentialError} naming each missing or malformed variable and where to get it.
 */
export function configureBitrix24(environment: Environment): {
  config: Bitrix24Config;
  address: ServiceAddress;
  tenant: string;
} {
  const reader = new EnvironmentReader(environment);
  const key = reader.secret('BITRIX24_API_KEY');
  const isPersonal = key.startsWith('vibe_api_');
  const session = isPersonal ? null : readSession(reader, key);
  const baseUrl = reader.baseUrl('BITRIX24_BASE_URL', 'https://vibecode.bitrix24.com', adjustBaseUrl);
  reader.finish('Bitrix24', bitrix24Variables);
  return {
    config: { known: { searchFilters: false } },
    address: {
      baseUrl,
      headers: {
        'x-api-key': key,
        accept: 'application/json',
        ...(session === null ? {} : { authorization: `Bearer ${session}` }),
      },
      secrets: session === null ? [key] : [key, session],
    },
    tenant: new URL(baseUrl).host,
  };
}

function readSession(reader: EnvironmentReader, key: string): string | null {
  if (/^vibe_(live|mgmt)_/.test(key)) {
    reader.refuse('BITRIX24_API_KEY', 'is a management key, which may not touch tasks');
  }
  return key.startsWith('vibe_app_')
    ? reader.secret('BITRIX24_ACCESS_TOKEN')
    : reader.optionalSecret('BITRIX24_ACCESS_TOKEN');
}

/** The version belongs to each path; an address that ends in it is taken without. */
function adjustBaseUrl(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`;
}
