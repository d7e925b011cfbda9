/** Writes that take effect after everybody gave them up, and lists that do not show yet what was made: once each all the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { createBitrix24 } from '../../src/sandbox/bitrix24.js';
import { createClickUp } from '../../src/sandbox/clickup.js';
import type { Fault } from '../../src/sandbox/faults.js';
import { hostServices, type Sandbox } from '../../src/sandbox/host.js';
import type { EmulatedService } from '../../src/sandbox/service.js';
import { createTallyfy } from '../../src/sandbox/tallyfy.js';
import { catalogue } from '../contract/samples.js';
import { createWorkplace, runBin, startBin } from '../support/bin.js';
import { createHastyClock } from '../support/hasty-clock.js';
import { type RunOptions, runOneRowEach } from '../support/one-row-each.js';
import { target } from '../support/served-sandbox.js';
import { lookAt } from '../torture/run-look.js';

/** Not faster: a busy machine must not be late itself. */
const factor = 10;
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

const late: Fault = { kind: 'late', ms: 4_000 / factor };
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

describe('a request that is lost, and done four seconds later', () => {
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

describe('a delete that was on its way when the process was killed, and arrives after the first reading', () => {
  it('is told as settled, not as done by somebody else', async () => {
    const id = '86late0001';
    let kill: (() => void) | null = null;
    let arrive: (() => void) | null = null;
    const createSlowClickUp = (): EmulatedService => {
      const service = createClickUp();
      return {
        ...service,
        handle: (request, context) => {
          if (request.method === 'DELETE' && kill !== null) {
            arrive = () => service.handle(request, context);
            kill();
            kill = null;
            return service.failure(500);
          }
          const answer = service.handle(request, context);
          if (kill === null && request.path.includes(id)) arrive?.();
          return answer;
        },
      };
    };
    sandbox = await hostServices([createSlowClickUp], { limit: null });
    sandbox.fill([target('clickup', 'delete', { task_id: id })]);
    const workplace = createWorkplace();
    try {
      writeFileSync(join(workplace.dir, 'rows.csv'), `task_id\n${id}\n`);
      const place = { workplace, environment: sandbox.environment };
      const flags = ['--rate', '0', '--yes', '--no-progress'];
      const words = ['run', 'rows.csv', '--provider', 'clickup', '--operation', 'delete', ...flags];
      const { child, finished } = startBin(words, place);
      kill = () => child.kill('SIGKILL');
      expect((await finished).signal).toBe('SIGKILL');
      expect((await runBin(['resume', ...flags], place)).exitCode).toBe(0);
      const [row] = lookAt(join(workplace.runFolder(), 'run.db')).rows;
      expect(row).toMatchObject({ state: 'succeeded', outcome: 'settled' });
      expect(sandbox.ledger.effects()).toHaveLength(1);
    } finally {
      workplace.remove();
    }
  });
});
