import { describe, expect, test } from 'vitest';
import { CredentialError } from '../../src/errors.js';
import { bitrix24 } from '../../src/providers/bitrix24/provider.js';
import { clickup } from '../../src/providers/clickup/provider.js';
import type { Environment, Provider } from '../../src/providers/provider.js';
import { tallyfy } from '../../src/providers/tallyfy/provider.js';
import { connectOptions } from '../support/row-context.js';

const organization = '0f8fad5bd9cb469fa16570867728950e';
const good: ReadonlyArray<readonly [Provider, Environment]> = [
  [tallyfy, { TALLYFY_ACCESS_TOKEN: 'tok-1', TALLYFY_ORG_ID: organization }],
  [clickup, { CLICKUP_API_TOKEN: 'pk_1_A' }],
  [bitrix24, { BITRIX24_API_KEY: 'vibe_api_1' }],
];

function refusal(provider: Provider, environment: Environment): CredentialError {
  try {
    provider.connect(environment, connectOptions);
  } catch (error) {
    if (error instanceof CredentialError) return error;
    throw error;
  }
  throw new Error('it connected');
}

describe('every provider', () => {
  test.each(good)('$name connects with what it asks for', (provider, environment) => {
    const { address, tenant } = provider.connect(environment, connectOptions);
    expect(address.baseUrl).toMatch(/^https:\/\//);
    expect(address.secrets).toContain(Object.values(environment)[0]);
    expect(tenant).not.toBe('');
  });

  test.each(good)('$name names all that is missing at once, and where to get it', (provider) => {
    const error = refusal(provider, {});
    const required = provider.variables.filter((variable) => variable.required);
    for (const { name, purpose } of required) {
      expect(error.message).toContain(name);
      expect(error.fix).toContain(purpose);
    }
    expect(error).toMatchObject({ exitCode: 5, code: 'CREDENTIALS_MISSING' });
  });

  test.each(good)('$name takes a blank variable for a missing one', (provider, environment) => {
    const [token = ''] = Object.keys(environment);
    expect(refusal(provider, { ...environment, [token]: ' \n' }).message).toContain(`${token} `);
  });

  test.each(
    good.flatMap(([provider, environment]) =>
      (
        [
          ['line break', 'SECRET1\n'],
          ['line break', 'SEC\r\nRET1'],
          ['blank', 'SECRET1 SECRET2'],
          ['Bearer', 'Bearer SECRET1'],
          ['quotes', '"SECRET1"'],
          ['quotes', '\u201cSECRET1\u201d'],
          ['no token has', 'SECRET1\u0000'],
          ['no token has', 'SECRÉT1'],
        ] as const
      ).map(([words, value]) => ({ name: provider.name, provider, environment, words, value })),
    ),
  )('$name refuses a token with $words in $value, without repeating it', ({ provider, environment, words, value }) => {
    const [token = ''] = Object.keys(environment);
    const error = refusal(provider, { ...environment, [token]: value });
    expect(error.message).toContain(token);
    expect(error.message).toContain(words);
    expect(`${error.message} ${error.fix}`).not.toMatch(/SECR.T1/);
    expect(error.code).toBe('CREDENTIALS_MALFORMED');
  });

  test('a webhook over http is told to be written with https, not to be set', () => {
    const error = refusal(bitrix24, { BITRIX24_WEBHOOK_URL: 'http://example.com/rest/1/abcdef123456/' });
    expect(error.fix).toMatch(/^Use https: .* in BITRIX24_WEBHOOK_URL\./);
    expect(`${error.message} ${error.fix}`).not.toMatch(/Set it|abcdef123456/);
  });

  test.each(good)('$name sends its token over http to this machine only', (provider, environment) => {
    const name = provider.variables.find((variable) => variable.name.endsWith('_BASE_URL'))?.name ?? '';
    expect(refusal(provider, { ...environment, [name]: 'http://example.com/api' }).message).toContain(name);
    expect(refusal(provider, { ...environment, [name]: 'nonsense' }).message).toContain(name);
    expect(
      provider.connect({ ...environment, [name]: 'http://127.0.0.1:4010/x' }, connectOptions).address.baseUrl,
    ).toContain('4010');
  });

  test('a wrong address and a missing token are told together', () => {
    const { message } = refusal(clickup, { CLICKUP_BASE_URL: 'http://example.com' });
    expect(message).toContain('CLICKUP_API_TOKEN is not set');
    expect(message).toContain('CLICKUP_BASE_URL would send the token over http');
  });
});

describe('Tallyfy', () => {
  const environment = { TALLYFY_ACCESS_TOKEN: 'tok-1', TALLYFY_ORG_ID: organization };

  test('sends its three headers', () => {
    expect(tallyfy.connect(environment, connectOptions).address.headers).toEqual({
      authorization: 'Bearer tok-1',
      accept: 'application/json',
      'x-tallyfy-client': 'APIClient',
    });
  });

  test('takes TALLYFY_API_TOKEN where TALLYFY_ACCESS_TOKEN is not set', () => {
    const { address } = tallyfy.connect({ TALLYFY_API_TOKEN: 'tok-2', TALLYFY_ORG_ID: organization }, connectOptions);
    expect(address.headers.authorization).toBe('Bearer tok-2');
    const both = tallyfy.connect({ ...environment, TALLYFY_API_TOKEN: 'tok-2' }, connectOptions);
    expect(both.address.headers.authorization).toBe('Bearer tok-1');
    expect(refusal(tallyfy, {}).message).toContain('TALLYFY_ACCESS_TOKEN or TALLYFY_API_TOKEN is not set');
  });

  test.each([
    ['1234567890123456789012345678901', /31 characters.*zeros/],
    ['acme', /32 characters/],
    [`${organization}0`, /33 characters/],
  ])('refuses the organization %s', (TALLYFY_ORG_ID, words) => {
    expect(refusal(tallyfy, { ...environment, TALLYFY_ORG_ID }).message).toMatch(words);
  });

  test.each([
    [undefined, 'https://go.tallyfy.com/api'],
    ['https://go.tallyfy.com', 'https://go.tallyfy.com/api'],
    ['https://go.tallyfy.com/', 'https://go.tallyfy.com/api'],
    ['https://go.tallyfy.com/api/', 'https://go.tallyfy.com/api'],
    ['https://go.tallyfy.com/api/api', 'https://go.tallyfy.com/api'],
    ['https://api.tallyfy.com', 'https://api.tallyfy.com'],
    ['https://api.tallyfy.com/api', 'https://api.tallyfy.com'],
    ['https://staging.go.tallyfy.com', 'https://staging.go.tallyfy.com/api'],
    ['http://127.0.0.1:4010/tallyfy/api', 'http://127.0.0.1:4010/tallyfy/api'],
    ['https://tallyfy.example.com/base', 'https://tallyfy.example.com/base'],
  ])('never doubles or misses /api: %s', (TALLYFY_BASE_URL, expected) => {
    expect(tallyfy.connect({ ...environment, TALLYFY_BASE_URL }, connectOptions).address.baseUrl).toBe(expected);
  });
});

describe('ClickUp', () => {
  test('sends a personal token as it is and an OAuth token behind Bearer', () => {
    const headersOf = (token: string) => clickup.connect({ CLICKUP_API_TOKEN: token }, connectOptions).address.headers;
    expect(headersOf('pk_1_A').authorization).toBe('pk_1_A');
    expect(headersOf('oauth-2').authorization).toBe('Bearer oauth-2');
  });

  test('says on every request that it speaks JSON', () => {
    expect(clickup.connect({ CLICKUP_API_TOKEN: 'pk_1_A' }, connectOptions).address.headers['content-type']).toBe(
      'application/json',
    );
  });

  test('is bound to the workspace when it is told one, and refuses one that is none', () => {
    expect(
      clickup.connect({ CLICKUP_API_TOKEN: 'pk_1_A', CLICKUP_TEAM_ID: ' 9008123456 ' }, connectOptions).tenant,
    ).toBe('9008123456');
    const error = refusal(clickup, { CLICKUP_API_TOKEN: 'pk_1_A', CLICKUP_TEAM_ID: 'My Workspace' });
    expect(error.message).toContain('CLICKUP_TEAM_ID is no workspace id');
  });

  test.each([
    'https://api.clickup.com/api',
    'https://api.clickup.com/api/v2/',
    'https://api.clickup.com/api/v3',
  ])('leaves the version out of %s', (CLICKUP_BASE_URL) => {
    const { address } = clickup.connect({ CLICKUP_API_TOKEN: 'pk_1_A', CLICKUP_BASE_URL }, connectOptions);
    expect(address.baseUrl).toBe('https://api.clickup.com/api');
  });
});

describe('Bitrix24', () => {
  test('sends a personal key alone, even beside a session', () => {
    const { address } = bitrix24.connect(
      { BITRIX24_API_KEY: 'vibe_api_1', BITRIX24_ACCESS_TOKEN: 'vibe_session_1' },
      connectOptions,
    );
    expect(address.headers).toEqual({ 'x-api-key': 'vibe_api_1', accept: 'application/json' });
    expect(address.baseUrl).toBe('https://vibecode.bitrix24.com');
  });

  test('sends an application key with its session, and asks for one', () => {
    const { address } = bitrix24.connect(
      { BITRIX24_API_KEY: 'vibe_app_1', BITRIX24_ACCESS_TOKEN: 'vibe_session_1' },
      connectOptions,
    );
    expect(address.headers).toMatchObject({ 'x-api-key': 'vibe_app_1', authorization: 'Bearer vibe_session_1' });
    expect(address.secrets).toEqual(['vibe_app_1', 'vibe_session_1']);
    expect(refusal(bitrix24, { BITRIX24_API_KEY: 'vibe_app_1' }).message).toContain('BITRIX24_ACCESS_TOKEN is not set');
  });

  test('refuses a management key', () => {
    expect(refusal(bitrix24, { BITRIX24_API_KEY: 'vibe_live_1' }).message).toContain('management key');
  });

  test('leaves the version out of the address', () => {
    const BITRIX24_BASE_URL = 'https://vibecode.bitrix24.tech/v1/';
    const { address, tenant } = bitrix24.connect({ BITRIX24_API_KEY: 'vibe_api_1', BITRIX24_BASE_URL }, connectOptions);
    expect(address.baseUrl).toBe('https://vibecode.bitrix24.tech');
    expect(tenant).toBe('vibecode.bitrix24.tech');
  });
});
