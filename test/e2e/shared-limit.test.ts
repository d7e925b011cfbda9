/** Three processes with one credential against a service that counts in a sliding log at exactly their limit. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createClickUp } from '../../src/sandbox/clickup.js';
import { hostServices } from '../../src/sandbox/host.js';
import { limitUsed } from '../bench/limit-used.js';
import { createWorkplace, startBin } from '../support/bin.js';
import { target } from '../support/served-sandbox.js';
import { createTimeScale, scaledClock, scaleFlag } from '../torture/time-scale.js';

const windowMs = 60_000;
const rowsEach = 110;

it.each([
  ['even', 60],
  ['window', 60],
] as const)('with the pace "%s" none of them is refused, also when one is killed', async (pace, limit) => {
  const scale = createTimeScale(20);
  const workplace = createWorkplace();
  const createStrict = () => ({ ...createClickUp(), limit: { requests: limit, windowMs, sliding: true } });
  const sandbox = await hostServices([createStrict], { now: scaledClock(scale), latencyMs: [1, 10] });
  try {
    const idsOf = (name: string) =>
      Array.from({ length: rowsEach }, (_, index) => `86${name}${index.toString(36).padStart(3, '0')}`);
    const start = (name: string) => {
      writeFileSync(join(workplace.dir, `${name}.csv`), `task_id\n${idsOf(name).join('\n')}\n`);
      sandbox.fill(idsOf(name).map((task_id) => target('clickup', 'delete', { task_id })));
      const flags = ['--provider', 'clickup', '--operation', 'delete', '--look', 'none', '--rate', String(limit)];
      const words = ['run', `${name}.csv`, ...flags, '--pace', pace, '--yes', '--no-progress'];
      return startBin(words, { workplace, environment: sandbox.environment, nodeFlags: [scaleFlag(scale)] });
    };
    const [doomed, ...others] = ['one', 'two', 'three'].map(start);
    while (sandbox.ledger.effects().length < limit / 2) await new Promise((resolve) => setTimeout(resolve, 5));
    doomed?.child.kill('SIGKILL');
    const ends = await Promise.all(others.map(({ finished }) => finished));
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const requests = sandbox.ledger.requests('clickup');
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(sandbox.ledger.highestWindow('clickup', windowMs)).toBeLessThanOrEqual(limit);
    // Told, not judged: how much is used hangs on how busy the machine is. The limiter's own share is in test/limiter.
    const arrivals = requests.map(({ atMs }) => atMs);
    if (arrivals.length >= 3 * limit) {
      const used = (limitUsed(arrivals, limit, windowMs) * 100).toFixed(1);
      process.stderr.write(
        `shared-limit.test.ts: ${used} % of the limit used by processes that share it, pace ${pace}\n`,
      );
    }
  } finally {
    await sandbox.close();
    workplace.remove();
  }
});
