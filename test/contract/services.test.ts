import { afterEach, describe, expect, test } from 'vitest';
import { providers } from '../../src/providers/registry.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { type Connected, connectProvider } from '../support/connected.js';
import { rowContext } from '../support/row-context.js';

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

async function serve(): Promise<Sandbox> {
  const sandbox = await startSandbox({ limit: null });
  open.push(sandbox);
  return sandbox;
}

function connect(name: string, sandbox: Sandbox, environment: Readonly<Record<string, string>> = {}): Connected {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider === undefined) throw new Error(`no provider ${name}`);
  const connected = connectProvider(provider, { ...sandbox.environment, ...environment });
  open.push(connected);
  return connected;
}

/** The name of the variable that holds the provider's token. */
function tokenOf(name: string, sandbox: Sandbox): string {
  const names = Object.keys(sandbox.environment).filter((variable) => variable.startsWith(name.toUpperCase()));
  return names.find((variable) => /TOKEN|API_KEY/.test(variable)) ?? '';
}

describe.each(providers)('$name', ({ name, profile, variables }) => {
  test('tells who the credential acts for, in two requests at most', async () => {
    const sandbox = await serve();
    const { connection, writer, answers } = connect(name, sandbox);
    const identity = await connection.identify(writer);
    expect(identity).toMatchObject({ ok: true, value: { warnings: [] } });
    expect(identity.ok && identity.value.user).toMatch(/\w/);
    expect(identity.ok && identity.value.tenant).toMatch(/\w/);
    expect(answers.length).toBeLessThanOrEqual(2);
    expect(sandbox.ledger.requests().every((request) => !request.write)).toBe(true);
  });

  test('refuses a bad credential there', async () => {
    const sandbox = await serve();
    const token = tokenOf(name, sandbox);
    const { connection, writer } = connect(name, sandbox, { [token]: `${sandbox.environment[token]}_unknown` });
    const identity = await connection.identify(writer);
    expect(identity).toMatchObject({ ok: false, failure: { type: 'AUTH', scope: 'credential', retryable: false } });
  });

  test('takes trouble there for trouble, not for a bad credential', async () => {
    const sandbox = await serve();
    sandbox.setFaults([{ times: 0, fault: { kind: 'status', status: 503, when: 'before' } }]);
    const { connection, writer } = connect(name, sandbox);
    expect(await connection.identify(writer)).toMatchObject({
      ok: false,
      failure: { scope: 'service', retryable: true },
    });
  });

  test.each(['html', 'not-utf8'] as const)('does not take a body of %s for an identity', async (form) => {
    const sandbox = await serve();
    sandbox.setFaults([{ times: 0, fault: { kind: 'garbage', form, when: 'before' } }]);
    const { connection, writer } = connect(name, sandbox);
    expect(await connection.identify(writer)).toMatchObject({ ok: false, failure: { code: 'UNEXPECTED_ANSWER' } });
  });

  test('looks nothing up when nothing is asked for', async () => {
    const { connection, writer, answers } = connect(name, await serve());
    expect(await connection.lookUp(writer, [])).toEqual([]);
    expect(answers).toEqual([]);
  });

  test('has no operation of a name that it does not list', async () => {
    const { connection } = connect(name, await serve());
    expect(() => connection.bind('explode', {})).toThrow(RangeError);
  });

  test('keeps a pace whose figure has a source, and documents its variables', () => {
    expect(profile.requestsPerMinute).toBeGreaterThan(0);
    expect(profile.concurrency).toBeGreaterThan(0);
    expect(profile.source).toMatch(/20\d\d-\d\d/);
    for (const variable of variables) {
      expect(variable.name).toMatch(new RegExp(`^${name.toUpperCase()}_[A-Z_]+$`));
      expect(variable.purpose).toMatch(/\.$/);
    }
  });

  test('does not wait for a limit that is not told', async () => {
    const sandbox = await serve();
    const { connection, writer, answers } = connect(name, sandbox);
    await connection.identify(writer);
    for (const answer of answers) expect(connection.throttle(answer, 0)).toBeNull();
  });
});

describe('what is wrong with a credential shows before a row is spent on it', () => {
  test('Tallyfy: an organization that the token does not belong to', async () => {
    const { connection, writer } = connect('tallyfy', await serve(), { TALLYFY_ORG_ID: 'f'.repeat(32) });
    expect(await connection.identify(writer)).toMatchObject({
      ok: false,
      failure: {
        code: 'ORGANIZATION_NOT_FOUND',
        scope: 'credential',
        suggestedAction: expect.stringContaining('TALLYFY_ORG_ID'),
      },
    });
  });

  test('ClickUp: a workspace that the token may not enter', async () => {
    const { connection, writer } = connect('clickup', await serve(), { CLICKUP_TEAM_ID: '9999999999' });
    expect(await connection.identify(writer)).toMatchObject({
      ok: false,
      failure: {
        code: 'WORKSPACE_NOT_FOUND',
        scope: 'credential',
        suggestedAction: expect.stringContaining('CLICKUP_TEAM_ID'),
      },
    });
  });

  test('ClickUp: without a workspace, the token is enough', async () => {
    const { connection, writer } = connect('clickup', await serve(), { CLICKUP_TEAM_ID: '' });
    expect(await connection.identify(writer)).toMatchObject({ ok: true });
  });

  test.each([
    ['_readonly', 'WRITE_BLOCKED_READONLY_KEY', 'FORBIDDEN'],
    ['_noscope', 'SCOPE_DENIED', 'FORBIDDEN'],
    ['_expired', 'KEY_EXPIRED', 'AUTH'],
    ['_inactive', 'KEY_INACTIVE', 'AUTH'],
  ])('Bitrix24: a key that ends in %s', async (ending, code, type) => {
    const { connection, writer } = connect('bitrix24', await serve(), {
      BITRIX24_API_KEY: `vibe_api_sandbox${ending}`,
    });
    expect(await connection.identify(writer)).toMatchObject({
      ok: false,
      failure: { code, type, scope: 'credential' },
    });
  });

  test.each([
    ['vibe_session_1', true],
    ['vibe_session_1_expired', false],
  ])('Bitrix24: the session %s beside an application key, good: %s', async (session, good) => {
    const environment = { BITRIX24_API_KEY: 'vibe_app_sandbox', BITRIX24_ACCESS_TOKEN: session };
    const { connection, writer } = connect('bitrix24', await serve(), environment);
    const task = connection.bind('delete', { task_id: '1' });
    const result = await task.execute(writer, null, {}, rowContext());
    expect(result).toMatchObject({
      ok: false,
      failure: { scope: good ? 'row' : 'credential', type: good ? 'NOT_FOUND' : 'AUTH' },
    });
  });
});
