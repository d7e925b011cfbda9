/** Processes that share one credential, against a service that counts in a sliding log at exactly their limit. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClickUp } from '../../src/sandbox/clickup.js';
import { hostServices } from '../../src/sandbox/host.js';
import { limitUsed } from '../bench/limit-used.js';
import { createTimeScale, scaledClock, scaleFlag } from '../torture/time-scale.js';
import { createWorkplace, startBin } from './bin.js';
import { target } from './served-sandbox.js';

const windowMs = 60_000;

export interface ShareOptions {
  readonly pace: 'even' | 'window';
  /** Requests a minute that the service allows and each process is told. */
  readonly limit: number;
  readonly processes: number;
  /** Deletes of each process. */
  readonly rowsEach: number;
  /** How many times faster than real time passes, for the service and the processes alike. */
  readonly factor: number;
  /** Whether the first process is killed when half a window's requests are done. */
  readonly killOne: boolean;
  /** The bin, where it is not the build's. */
  readonly bin?: string;
}

export interface Shared {
  /** Of the processes that were not killed. */
  readonly exitCodes: ReadonlyArray<number | null>;
  readonly requests: number;
  /** Requests answered with 429. */
  readonly refused: number;
  /** The most requests in any rolling minute, as they arrived. */
  readonly highest: number;
  /** The share of the limit that was used; null where too few arrived to tell. */
  readonly used: number | null;
}

export async function shareLimit(options: ShareOptions): Promise<Shared> {
  const { pace, limit, factor, rowsEach, bin } = options;
  const scale = createTimeScale(factor);
  const workplace = createWorkplace();
  const createStrict = () => ({ ...createClickUp(), limit: { requests: limit, windowMs, sliding: true } });
  const sandbox = await hostServices([createStrict], { now: scaledClock(scale), latencyMs: [1, 10] });
  const start = (at: number) => {
    const ids = Array.from({ length: rowsEach }, (_, index) => `86of${at}x${index.toString(36).padStart(3, '0')}`);
    writeFileSync(join(workplace.dir, `${at}.csv`), `task_id\n${ids.join('\n')}\n`);
    sandbox.fill(ids.map((task_id) => target('clickup', 'delete', { task_id })));
    const flags = ['--provider', 'clickup', '--operation', 'delete', '--look', 'none', '--rate', String(limit)];
    const words = ['run', `${at}.csv`, ...flags, '--pace', pace, '--yes', '--no-progress'];
    const nodeFlags = [scaleFlag(scale)];
    return startBin(words, { workplace, environment: sandbox.environment, nodeFlags, ...(bin ? { bin } : {}) });
  };
  try {
    const started = Array.from({ length: options.processes }, (_, at) => start(at));
    const [doomed] = options.killOne ? started.splice(0, 1) : [];
    if (doomed !== undefined) {
      while (sandbox.ledger.effects().length < limit / 2) await new Promise((resolve) => setTimeout(resolve, 5));
      doomed.child.kill('SIGKILL');
    }
    const ends = await Promise.all(started.map(({ finished }) => finished));
    const requests = sandbox.ledger.requests('clickup');
    const arrivals = requests.map(({ atMs }) => atMs);
    return {
      exitCodes: ends.map(({ exitCode }) => exitCode),
      requests: requests.length,
      refused: requests.filter(({ status }) => status === 429).length,
      highest: sandbox.ledger.highestWindow('clickup', windowMs),
      used: arrivals.length >= 3 * limit ? limitUsed(arrivals, limit, windowMs) : null,
    };
  } finally {
    await sandbox.close();
    workplace.remove();
  }
}
