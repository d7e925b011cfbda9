import { describe, expect, test } from 'vitest';
import { identifyVibecode } from '../../../../src/providers/bitrix24/vibecode/identify.js';
import { answerOf, scriptWriter } from '../../../support/answers.js';

const me = {
  type: 'personal',
  portal: 'mycompany.bitrix24.com',
  scopes: ['task', 'tasks', 'user'],
  accessMode: 'READWRITE',
  owner: { name: 'Ann' },
  expiresAt: null,
};

async function identify(facts: object, headers: Record<string, string> = { date: 'Sun, 22 Nov 2026 05:00:00 GMT' }) {
  return identifyVibecode(scriptWriter(answerOf(200, { success: true, data: { ...me, ...facts } }, headers)));
}

test('a good key is told by its owner and portal', async () => {
  expect(await identify({})).toEqual({
    ok: true,
    value: {
      ...{ user: 'Ann', userId: null },
      ...{ tenant: 'mycompany.bitrix24.com', tenantId: 'mycompany.bitrix24.com' },
      warnings: [],
    },
  });
});

test('an application is told by its title', async () => {
  expect(await identify({ owner: undefined, app: { title: 'Dashboard' } })).toMatchObject({
    value: { user: 'Dashboard' },
  });
});

test('a key without tasks but with task is warned of, one with neither is refused', async () => {
  expect(await identify({ scopes: ['task'] })).toMatchObject({
    value: { warnings: [expect.stringContaining('SCOPE_DENIED')] },
  });
  expect(await identify({ scopes: ['crm'] })).toMatchObject({ ok: false, failure: { code: 'SCOPE_DENIED' } });
  expect(await identify({ scopes: undefined })).toMatchObject({ value: { warnings: [] } });
});

describe('the expiry of a key', () => {
  test.each([
    ['2026-11-25T00:00:00Z', 1],
    ['2027-11-25T00:00:00Z', 0],
    ['never', 0],
    [null, 0],
  ])('%s is warned of %i times', async (expiresAt, count) => {
    const identity = await identify({ expiresAt });
    expect(identity.ok && identity.value.warnings).toHaveLength(count);
  });

  test('that is over is told as such', async () => {
    expect(await identify({ expiresAt: '2026-11-22T04:59:00Z' })).toMatchObject({
      value: { warnings: ['The key expired at 2026-11-22T04:59:00.000Z.'] },
    });
    expect(await identify({ expiresAt: '2026-11-23T00:00:00Z' })).toMatchObject({
      value: { warnings: ['The key expires at 2026-11-23T00:00:00.000Z.'] },
    });
  });

  test("is told as it is when the service's clock is not known", async () => {
    expect(await identify({ expiresAt: '2027-11-25T00:00:00Z' }, {})).toMatchObject({
      value: { warnings: ['The key expires at 2027-11-25T00:00:00.000Z.'] },
    });
  });
});
