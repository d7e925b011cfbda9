/** Bitrix24's settings: which variables there are, and which of its two interfaces they choose. */
import type { Asked } from '../ask-once.js';
import type { Environment, EnvironmentVariable } from '../provider.js';
import type { Reading } from '../target.js';
import { configureClassic } from './classic/configure.js';
import type { Dialect, DialectSettings } from './dialect.js';
import { configureVibecode } from './vibecode/configure.js';

export interface Bitrix24Config {
  readonly dialect: Dialect;
  /** What was found out in this connection. */
  readonly known: {
    /** True once a search was seen to honour its filter, so that what it lacks can be taken for absent. */
    searchFilters: boolean;
    /** Readings of tasks that rows name as parents, by id. */
    readonly parents: Asked<Reading>;
    /** What tasks are right below, by their ids; an empty text for nothing. */
    readonly above: Asked<string>;
  };
}

export const bitrix24Variables: readonly EnvironmentVariable[] = [
  {
    name: 'BITRIX24_API_KEY',
    required: true,
    unusedBeside: 'BITRIX24_WEBHOOK_URL',
    purpose:
      'a Vibecode key with the scopes task and tasks (vibe_api_… or vibe_app_…), made at vibecode.bitrix24.com under ' +
      'Keys; not needed beside BITRIX24_WEBHOOK_URL.',
  },
  {
    name: 'BITRIX24_ACCESS_TOKEN',
    required: false,
    unusedBeside: 'BITRIX24_WEBHOOK_URL',
    purpose: 'the session token (vibe_session_…) of a user, needed beside an application key (vibe_app_…).',
  },
  {
    name: 'BITRIX24_BASE_URL',
    required: false,
    unusedBeside: 'BITRIX24_WEBHOOK_URL',
    purpose:
      'the address of Vibecode; https://vibecode.bitrix24.com, or https://vibecode.bitrix24.tech for some regions.',
  },
  {
    name: 'BITRIX24_WEBHOOK_URL',
    required: false,
    purpose:
      'the address of an incoming webhook with the scope task (https://PORTAL/rest/USER/CODE/), made in the portal ' +
      'under Developer resources; a secret. Where it is set, it is used in place of Vibecode.',
  },
];

/** @throws {CredentialError} naming each missing or malformed variable and where to get it. */
export function configureBitrix24(
  environment: Environment,
): Omit<DialectSettings, 'dialect'> & { readonly config: Bitrix24Config } {
  const hasWebhook = (environment.BITRIX24_WEBHOOK_URL ?? '').trim() !== '';
  const { dialect, ...settings } = hasWebhook
    ? configureClassic(environment, bitrix24Variables)
    : configureVibecode(environment, bitrix24Variables);
  return { config: { dialect, known: { searchFilters: false, parents: new Map(), above: new Map() } }, ...settings };
}
