import { EnvironmentReader } from '../../environment.js';
import type { Environment, EnvironmentVariable } from '../../provider.js';
import type { DialectSettings } from '../dialect.js';
import { createVibecode } from './dialect.js';

/**
 * Key kinds and their headers: Vibecode documentation of 2026-05-05, keys and authorization.
 *
 * @throws {CredentialError} naming each missing or malformed variable and where to get it.
 */
export function configureVibecode(
  environment: Environment,
  variables: readonly EnvironmentVariable[],
): DialectSettings {
  const reader = new EnvironmentReader(environment);
  const key = reader.secret('BITRIX24_API_KEY', 'BITRIX24_WEBHOOK_URL');
  const isPersonal = key.startsWith('vibe_api_');
  const session = isPersonal ? null : readSession(reader, key);
  const baseUrl = reader.baseUrl('BITRIX24_BASE_URL', 'https://vibecode.bitrix24.com', adjustBaseUrl);
  reader.finish('Bitrix24', variables);
  return {
    dialect: createVibecode(),
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
