import { EnvironmentReader } from '../../environment.js';
import type { Environment, EnvironmentVariable, LimitProfile } from '../../provider.js';
import type { DialectSettings } from '../dialect.js';
import { createClassic } from './dialect.js';
import { parseWebhookUrl } from './webhook-url.js';

const variable = 'BITRIX24_WEBHOOK_URL';

const profile: LimitProfile = {
  requestsPerMinute: 100,
  mostPerMinute: 120,
  concurrency: 1,
  source:
    'two requests a second for a portal and the address they come from, five on the Enterprise plan; a short burst of 50 ' +
    'is let through (b24restdocs, limits, 2026-08-21)',
  notes: [
    'All programs at this address share the limit of the portal.',
    'A method that worked more than 480 s within ten minutes is blocked for the whole portal until some of it is over; ' +
      'batches count with every write in them. One delete takes about a quarter of a second, so about 1,800 fit.',
  ],
};

/**
 * The classic REST by an incoming webhook, whose address is the credential.
 *
 * @throws {CredentialError} when the address is none of a webhook, without repeating it.
 */
export function configureClassic(environment: Environment, variables: readonly EnvironmentVariable[]): DialectSettings {
  const reader = new EnvironmentReader(environment);
  const address = reader.baseUrl(variable, '', (url) => url.href);
  const webhook = address === '' ? null : parseWebhookUrl(new URL(address));
  if (webhook !== null && 'problem' in webhook) reader.refuse(variable, webhook.problem);
  reader.finish('Bitrix24', variables);
  if (webhook === null || 'problem' in webhook) throw new TypeError('a webhook was refused without a reason');
  const { baseUrl, host, userId, code } = webhook;
  return {
    dialect: createClassic({ host, userId }),
    address: { baseUrl, headers: { accept: 'application/json' }, secrets: [code, baseUrl] },
    tenant: host,
    profile,
  };
}
