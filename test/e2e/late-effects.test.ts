/** Writes that take effect after everybody gave them up, and lists that do not show yet what was made: once each all the same. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { createBitrix24 } from '../../src/sandbox/bitrix24.js';
import { createClickUp } from '../../src/sandbox/clickup.js';
import type { Fault } from '../../src/sandbox/faults.js';
import { hostServices, type Sandbox } from '../../src/sandbox/host.js';
import { createTallyfy } from '../../src/sandbox/tallyfy.js';
import { catalogue } from '../contract/samples.js';
import { createHastyClock } from '../support/hasty-clock.js';
import { type RunOptions, runOneRowEach } from '../support/one-row-each.js';

const factor = 40;
const clock = createHastyClock(factor);
let sandbox: Sandbox | null = null;
afterEach(async () => {
  await sandbox?.close();
});

async function run(
  entries: readonly CatalogueEntry[],
  listLagMs: number,
  options: Pick<RunOptions, 'faults' | 'cells'>,
): Promise<unknown[]> {
  const settings = { listLagMs };
  const services = [() => createClickUp(settings), () => createTallyfy(settings), () => createBitrix24(settings)];
  sandbox = await hostServices(services, { limit: null, now: clock.now });
  const ends = await runOneRowEach(entries, { sandbox, clock, ...options });
  return ends.map(({ name, state, outcome, effects }) => ({ name, state, outcome, effects }));
}

const settledOnce = (entries: readonly CatalogueEntry[]) =>
  entries.map(({ provider, name }) => ({
    name: `${provider}.${name}`,
    state: 'succeeded',
    outcome: 'settled',
    effects: 1,
  }));

const late: Fault = { kind: 'late', ms: 8_000 / factor };
const once = (fault: Fault) => () => [{ times: 1, fault }];
const afterReading = catalogue.filter(({ repeat }) => repeat === 'after-reading');
const safe = catalogue.filter(({ repeat }) => repeat === 'safe');
const creates = afterReading.filter(({ name }) => name === 'create');

/** Writes of Bitrix24 that wait together share a request, and its fault: there each row has a run of its own. */
function runsOf(entries: readonly CatalogueEntry[]): { title: string; entries: readonly CatalogueEntry[] }[] {
  const shared = entries.filter(({ rowsPerRequest }) => rowsPerRequest === 1);
  const alone = entries.filter(({ rowsPerRequest }) => rowsPerRequest > 1);
  return [
    ...(shared.length > 0 ? [{ title: 'operations whose rows have requests of their own', entries: shared }] : []),
    ...alone.map((entry) => ({ title: `${entry.provider}.${entry.name}`, entries: [entry] })),
  ];
}

describe('a request that is lost, and done eight seconds later', () => {
  it.each(runsOf(afterReading))('is waited for and not sent again: $title', async ({ entries }) => {
    expect(await run(entries, 0, { faults: once(late) })).toEqual(settledOnce(entries));
  });

  it.each(runsOf(safe))('is not told to have failed when all tries were lost: $title', async ({ entries }) => {
    const faults = () => [
      { times: 2, fault: { kind: 'reset', when: 'before' } as const },
      { times: 1, fault: late },
    ];
    expect(await run(entries, 0, { faults })).toEqual(settledOnce(entries));
  });
});

describe('a list that trails by two seconds', () => {
  const lost: Fault = { kind: 'status', status: 500, when: 'after' };

  it('shows in the end what was made, by its mark', async () => {
    expect(await run(creates, 2_000, { faults: once(lost) })).toEqual(settledOnce(creates));
  });

  it('shows in the end what was made without a mark', async () => {
    expect(await run(creates, 2_000, { faults: once(lost), cells: { mark: false } })).toEqual(settledOnce(creates));
  });
});
