/** The rate of a run, over the loopback: what is asked for, what the service states, and what is kept to. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.js';
import { StateError } from '../../src/errors.js';
import { clickup } from '../../src/providers/clickup/provider.js';
import type { Environment } from '../../src/providers/provider.js';
import { providers } from '../../src/providers/registry.js';
import { newMeter } from '../../src/run/lane.js';
import { openServices, type ServiceSettings } from '../../src/run/open-services.js';
import { openSession } from '../../src/run/open-session.js';
import { createRunControl } from '../../src/run/run-control.js';
import type { RunEvents } from '../../src/run/run-events.js';
import type { Runtime } from '../../src/run/runtime.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import { connectOptions } from '../support/row-context.js';

type RateEvent = Parameters<NonNullable<RunEvents['rate']>>[0];

let dir = '';
const open: Array<{ close(): Promise<void> }> = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rates-'));
});
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
  rmSync(dir, { recursive: true });
});

async function serve(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return sandbox;
}

function runtimeOf(events: RunEvents, windowMs: number): Runtime {
  return {
    environment: {},
    clock: systemClock,
    random: () => 0.5,
    providers,
    version: 'test',
    stateDir: dir,
    budgetDir: dir,
    windowMs,
    stopSignal: new AbortController().signal,
    killSignal: new AbortController().signal,
    control: createRunControl(systemClock, {}),
    events,
  };
}

function settingsOf(requestsPerMinute: number | null): ServiceSettings {
  const base = { allowNameSearch: false, look: 'all', pace: 'even', timeoutMs: 10_000, giveUpAfterMs: 60_000 } as const;
  return { ...base, requestsPerMinute, concurrency: null, stopAfterFailed: null, stopAfterPercent: null };
}

/** Connects to ClickUp as a run does. */
async function connect(environment: Environment, asked: number | null, windowMs = 60_000) {
  const told: RateEvent[] = [];
  const runtime = runtimeOf({ rate: (event) => told.push(event) }, windowMs);
  const services = await openServices(['clickup'], settingsOf(asked), environment, runtime);
  open.push(services);
  const [session] = services.sessions;
  if (session === undefined) throw new Error('there is no session');
  return { services, session, told };
}

describe('more than the service states', () => {
  test('is warned about once, with both figures and where the lower one is from; the run goes on at that', async () => {
    const sandbox = await serve({ limit: 50 });
    const { services, session } = await connect(sandbox.environment, 800);
    expect(services.warnings).toEqual([
      'ClickUp: 800 requests a minute were asked for; the run goes on at 50, the limit that its answers state.',
    ]);
    expect(session.requestsPerMinute).toBe(50);
  });

  test('is no mistake of those who asked for nothing, or for as much as there is', async () => {
    const sandbox = await serve({ limit: 50 });
    for (const asked of [null, 0]) {
      const { services, session, told } = await connect(sandbox.environment, asked);
      expect([services.warnings, session.requestsPerMinute]).toEqual([[], 50]);
      expect(told).toEqual([
        {
          provider: 'clickup',
          title: 'ClickUp',
          cause: 'stated',
          perMinute: 50,
          wasPerMinute: asked === 0 ? 0 : 100,
        },
      ]);
    }
  });

  test('is what an account gets whose plan allows it', async () => {
    const sandbox = await serve({ limit: 10_000 });
    const { services, session } = await connect(sandbox.environment, 800);
    expect([services.warnings, session.requestsPerMinute]).toEqual([[], 800]);
  });

  test.each([
    ['https://api.clickup.com/api', 800, 100],
    ['https://api.clickup.com/api', 60, 60],
    ['https://api.clickup.com/api', 0, 100],
    ['https://localhost/clickup/api', 800, 800],
    ['http://127.0.0.1:4010/clickup/api', 0, 0],
  ])('before an answer tells: at %s, of %i asked for, %i', async (CLICKUP_BASE_URL, asked, rate) => {
    const environment = { CLICKUP_API_TOKEN: 'pk_1_A', CLICKUP_BASE_URL };
    const session = openSession(clickup.connect(environment, connectOptions), {
      ...runtimeOf({}, 60_000),
      requestsPerMinute: asked,
      pace: 'even',
      concurrency: 1,
      timeoutMs: 1_000,
      giveUpAfterMs: 1_000,
      userAgent: 'test',
    });
    expect(session.requestsPerMinute).toBe(rate);
    await session.close();
  });
});

test('with a stated limit below its own a run never meets a refusal', async () => {
  // A minute is a second here.
  const windowMs = 1_000;
  const sandbox = await serve({ limit: 50, windowMs });
  const { session, told } = await connect(sandbox.environment, null, windowMs);
  const reader = session.reader(newMeter());
  const requests = 170;
  let asked = 0;
  const work = async () => {
    while (asked++ < requests) await reader.read({ method: 'GET', path: ['v2', 'task', `86rate${asked}`] });
  };
  await Promise.all(Array.from({ length: 4 }, work));
  const seen = sandbox.ledger.requests();
  expect(seen.length).toBeGreaterThanOrEqual(requests);
  expect(seen.filter(({ status }) => status === 429)).toEqual([]);
  expect(told.map(({ perMinute }) => perMinute)).toEqual([50]);
});

test('where nothing was asked for, all that is stated leaves at once', async () => {
  const sandbox = await serve({ limit: 60 });
  const { session, told } = await connect(sandbox.environment, 0);
  const reader = session.reader(newMeter());
  // One a second, were they spaced: far more than the test may take.
  for (let index = 0; index < 50; index += 1)
    await reader.read({ method: 'GET', path: ['v2', 'task', `86rate${index}`] });
  expect(sandbox.ledger.requests()).toHaveLength(52);
  expect(told).toMatchObject([{ perMinute: 60, wasPerMinute: 0 }]);
}, 20_000);

test('against a limit that nobody tells a run goes on more slowly after a refusal', async () => {
  const sandbox = await serve({ limit: null });
  const { session, told } = await connect(sandbox.environment, 6_000);
  sandbox.setFaults([{ times: 1, fault: { kind: 'throttle', hint: 'seconds', seconds: 1 } }]);
  const reader = session.reader(newMeter());
  await reader.read({ method: 'GET', path: ['v2', 'user'] });
  expect(told).toMatchObject([{ cause: 'refused', perMinute: 4_500, wasPerMinute: 6_000 }]);
  expect(session.requestsPerMinute).toBe(6_000);
});

test("a service whose requests can't be counted leaves none of the others open", async () => {
  const { environment } = await serve({});
  const runtime = runtimeOf({}, 60_000);
  const openBoth = () => openServices(['clickup', 'bitrix24'], settingsOf(null), environment, runtime);
  await (await openBoth()).close();
  const counted = readdirSync(dir).find((name) => name.startsWith('bitrix24-') && name.endsWith('.db')) ?? '';
  rmSync(join(dir, counted));
  mkdirSync(join(dir, counted));
  await expect(openBoth()).rejects.toThrow(StateError);
  expect(runtime.control.services).toEqual([]);
});
