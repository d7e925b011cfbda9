import { afterEach, describe, expect, test } from 'vitest';
import { CredentialError } from '../../../../src/errors.js';
import { bitrix24 } from '../../../../src/providers/bitrix24/provider.js';
import { answerOf, scriptWriter } from '../../../support/answers.js';
import { connectProvider } from '../../../support/connected.js';
import { connectOptions, rowContext } from '../../../support/row-context.js';
import { closeAll, serve, webhookCode } from '../kit.js';

afterEach(closeAll);

const connect = (url: string, more: Record<string, string> = {}) =>
  bitrix24.connect({ BITRIX24_WEBHOOK_URL: url, ...more }, connectOptions);

function refusal(url: string): CredentialError {
  try {
    connect(url);
  } catch (error) {
    if (error instanceof CredentialError) return error;
    throw error;
  }
  throw new Error('it connected');
}

const portal = 'https://acme.bitrix24.com';

test.each([
  [`${portal}/rest/1/${webhookCode}/`, `${portal}/rest/1/${webhookCode}`],
  [` ${portal}/rest/1/${webhookCode} `, `${portal}/rest/1/${webhookCode}`],
  [`${portal}/rest/27/${webhookCode}//`, `${portal}/rest/27/${webhookCode}`],
  [`http://127.0.0.1:4010/bitrix24/rest/1/${webhookCode}/`, `http://127.0.0.1:4010/bitrix24/rest/1/${webhookCode}`],
])('the webhook %s is taken', (url, baseUrl) => {
  const { address, tenant, profile, batch } = connect(url);
  expect(address.baseUrl).toBe(baseUrl);
  expect(tenant).toBe(new URL(baseUrl).host);
  expect(address.secrets).toEqual([webhookCode, baseUrl]);
  expect(JSON.stringify(address.headers)).not.toContain(webhookCode);
  expect(profile).toMatchObject({ requestsPerMinute: 100, mostPerMinute: 120, concurrency: 1 });
  expect(profile.source).toMatch(/20\d\d-\d\d/);
  expect(batch).not.toBeNull();
});

test.each([
  [`http://acme.bitrix24.com/rest/1/${webhookCode}/`, /would send the token over http/],
  [`https://ann:secret1@acme.bitrix24.com/rest/1/${webhookCode}/`, /user name or password/],
  [`${portal}/rest/1/${webhookCode}/?auth=1`, /query/],
  [`${portal}/rest/api/1/${webhookCode}/`, /REST 3\.0/],
  [`${portal}/rest/1/${webhookCode}/profile.json`, /goes on behind its code/],
  [`${portal}/rest/1/${webhookCode}/tasks.task.list/`, /goes on behind its code/],
  [`${portal}/rest/1/${webhookCode}/../..`, /no address of an incoming webhook/],
  [`${portal}/rest/ann/${webhookCode}/`, /no address of an incoming webhook/],
  [`${portal}/rest/0/${webhookCode}/`, /no address of an incoming webhook/],
  [`${portal}/rest/1/${webhookCode}%2f/`, /no address of an incoming webhook/],
  [`${portal}/rest/1/`, /no address of an incoming webhook/],
  [`${portal}/`, /no address of an incoming webhook/],
  [`${portal}/rest/1/abc/`, /too short/],
  [webhookCode, /is not a URL/],
])('the address %s is refused without repeating it', (url, words) => {
  const error = refusal(url);
  expect(error).toMatchObject({ exitCode: 5, code: 'CREDENTIALS_MALFORMED' });
  expect(error.message).toMatch(words);
  expect(error.message).toContain('BITRIX24_WEBHOOK_URL');
  expect(error.fix).toContain('/rest/USER/CODE/');
  const told = `${error.message} ${error.fix} ${error.stack}`;
  for (const secret of [webhookCode, 'secret1', 'acme']) expect(told).not.toContain(secret);
});

test('a webhook is chosen before a key; a blank one is none', () => {
  const key = { BITRIX24_API_KEY: 'vibe_api_1' };
  expect(connect(`${portal}/rest/1/${webhookCode}/`, key).tenant).toBe('acme.bitrix24.com');
  expect(connect('  ', key).tenant).toBe('vibecode.bitrix24.com');
  expect(() => connect('')).toThrow('BITRIX24_API_KEY or BITRIX24_WEBHOOK_URL is not set');
});

describe('who a webhook acts for', () => {
  test('is told by its address, once tasks can be reached', async () => {
    const { connection, writer, answers } = await serve('classic');
    const host = /^127\.0\.0\.1:\d+$/;
    expect(await connection.identify(writer)).toEqual({
      ok: true,
      value: {
        ...{ user: 'user 1', userId: '1' },
        ...{ tenant: expect.stringMatching(host), tenantId: expect.stringMatching(host) },
        warnings: [],
      },
    });
    expect(answers).toHaveLength(1);
  });

  test.each([
    [`${webhookCode}_unknown`, 'INVALID_CREDENTIALS', 'AUTH'],
    [`${webhookCode}_noscope`, 'insufficient_scope', 'FORBIDDEN'],
  ])('is refused to %s', async (code, errorCode, type) => {
    const { sandbox } = await serve('classic');
    const url = `${sandbox.origin}/bitrix24/rest/1/${code}/`;
    const connected = connectProvider(bitrix24, { BITRIX24_WEBHOOK_URL: url });
    const identity = await connected.connection.identify(connected.writer);
    const bound = connected.connection.bind('delete', { task_id: '1' });
    const result = await bound.execute(connected.writer, null, {}, rowContext());
    await connected.close();
    for (const one of [identity, result]) {
      expect(one).toMatchObject({ ok: false, failure: { code: errorCode, type, scope: 'credential', effect: 'none' } });
    }
    expect(JSON.stringify([identity, result])).not.toContain(code);
  });

  test.each([
    ['nothing', answerOf(200)],
    ['a web page', answerOf(200, '<html>')],
    ['no list', answerOf(200, { result: true })],
  ])('is not known when the answer holds %s', async (_case, answer) => {
    expect(await connect(`${portal}/rest/1/${webhookCode}/`).identify(scriptWriter(answer))).toMatchObject({
      ok: false,
      failure: { code: 'UNEXPECTED_ANSWER' },
    });
  });
});

test('the code is in no failure when the portal can not be reached', async () => {
  const connected = connectProvider(bitrix24, { BITRIX24_WEBHOOK_URL: `http://127.0.0.1:1/rest/1/${webhookCode}/` });
  const bound = connected.connection.bind('delete', { task_id: '1' });
  const result = await bound.execute(connected.writer, null, {}, rowContext());
  await connected.close();
  expect(result).toMatchObject({ ok: false, failure: { type: 'NETWORK', phase: 'not-sent', effect: 'none' } });
  expect(JSON.stringify(result)).not.toContain(webhookCode);
});
