/** Writes for which nobody listens: no byte of them left, so they are sent again without a reading, and take place once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { rowsInARow } from '../../src/run/outage.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { catalogue } from '../contract/samples.js';
import { createHastyClock } from '../support/hasty-clock.js';
import { type RowOutcome, runOneRowEach } from '../support/one-row-each.js';
import { startShuttingRelay } from '../support/shutting-relay.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ limit: null });
});
afterAll(async () => {
  await sandbox.close();
});

const providers = [...new Set(catalogue.map(({ provider }) => provider))];
/** With the row before them fewer than what is taken for an outage of the service. */
const together = rowsInARow - 1;

/** By service, some operations at a time; before each such part a row that is done while the service is there. */
function partsOf(provider: string): CatalogueEntry[][] {
  const own = catalogue.filter((entry) => entry.provider === provider);
  const opener = own.find(({ name }) => name === 'update');
  if (opener === undefined) throw new Error(`${provider} has no update`);
  return Array.from({ length: Math.ceil(own.length / together) }, (_, part) => [
    opener,
    ...own.slice(part * together, (part + 1) * together),
  ]);
}

/** The pause between the first two tries, and nothing else, is so long. */
const firstPauseMs = 987;

/**
 * Runs a row of each; the service is gone as soon as the first one was done and read back (`--canary`).
 * @param returns whether it is there again when all others have tried once, before their second try.
 */
async function runWithoutService(
  entries: readonly CatalogueEntry[],
  { returns }: { readonly returns: boolean },
): Promise<RowOutcome[]> {
  const hasty = createHastyClock(20);
  const relay = await startShuttingRelay(sandbox.origin);
  const isWrite = writeOf[entries[0]?.provider ?? ''];
  let written = false;
  let paused = 0;
  let isBack = (): void => undefined;
  const back = new Promise<void>((resolve) => {
    isBack = resolve;
  });
  relay.onAnswered = (head) => {
    if (isWrite?.test(head)) written = true;
    else if (written) {
      relay.onAnswered = () => undefined;
      relay.shut();
    }
  };
  const environment = Object.fromEntries(
    Object.entries(sandbox.environment).map(([name, value]) => [name, value.replace(sandbox.origin, relay.origin)]),
  );
  try {
    return await runOneRowEach(entries, {
      sandbox: { ...sandbox, environment },
      clock: {
        ...hasty,
        sleep: async (ms, signal) => {
          if (returns && ms === firstPauseMs) {
            paused += 1;
            if (paused === entries.length - 1) void relay.open().then(isBack);
            await back;
          }
          await hasty.sleep(ms, signal);
        },
      },
      faults: () => [],
      flags: ['--canary', '1'],
      changes: { random: () => firstPauseMs / 1_000 },
    });
  } finally {
    await relay.close();
  }
}

/** What the update of a service begins with. */
const writeOf: Readonly<Record<string, RegExp>> = {
  clickup: /^PUT /,
  tallyfy: /^PUT /,
  bitrix24: /^(?:PATCH|PUT) |^POST \S+\/(?:batch|update)/,
};

describe.each(providers)('a write to %s that nobody listens to', (provider) => {
  it('is sent when somebody does again, and takes place once', async () => {
    for (const entries of partsOf(provider)) {
      const [first, ...others] = await runWithoutService(entries, { returns: true });
      expect(first).toMatchObject({ state: 'succeeded', attempts: 1, effects: 1 });
      for (const end of others) expect(end, end.name).toMatchObject({ state: 'succeeded', attempts: 2, effects: 1 });
    }
  });

  it('fails, with proof, when nobody ever does', async () => {
    for (const entries of partsOf(provider)) {
      const [first, ...others] = await runWithoutService(entries, { returns: false });
      expect(first).toMatchObject({ state: 'succeeded', attempts: 1, effects: 1 });
      for (const end of others) expect(end, end.name).toMatchObject({ state: 'failed', attempts: 3, effects: 0 });
    }
  });
});
