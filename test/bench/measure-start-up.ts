/** How long a person waits for a command that does next to nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench.js';
import { formatNumber, left, median, medianRatio, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { unlimitedRun } from './measure-dispatch.js';

const runSchema = z.object({ run: z.string() });

export async function measureStartUp(bench: Bench, repetitions: number): Promise<Section> {
  const { workplace, bin } = bench;
  const manifest = join(workplace.dir, 'small.csv');
  await writeNarrowManifest(manifest, 20);
  workplace.clear();
  const { stdout } = await bench.runBin([...unlimitedRun(manifest), '--sandbox']);
  const { run } = runSchema.parse(JSON.parse(stdout));
  const commands = [
    { name: 'node -e 0', args: ['-e', '0'], ms: [] as number[] },
    { name: 'taskbatch --help', args: [bin, '--help'], ms: [] as number[] },
    { name: 'taskbatch status of 20 rows', args: [bin, 'status', run], ms: [] as number[] },
  ] as const;
  bench.tell(`start-up, ${repetitions} times`);
  for (let repetition = 0; repetition <= repetitions; repetition++) {
    for (const { args, ms } of commands) {
      const startedAtMs = performance.now();
      const { status } = spawnSync(process.execPath, args, { cwd: workplace.dir, env: { ...workplace.environment } });
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
      // The first round only brings the files into the disk's cache.
      if (repetition > 0) ms.push(performance.now() - startedAtMs);
    }
  }
  const [node, ...ours] = commands;
  return {
    title: `Start-up, median of ${repetitions}`,
    columns: [left('command'), right('ms')],
    rows: commands.map(({ name, ms }) => [name, formatNumber(median(ms))]),
    figures: ours.map(({ name, args: [, command], ms }) => ({
      id: `start-up.${command.replace(/^-+/, '')}`,
      what: `${name} against node -e 0`,
      value: medianRatio(ms, node.ms),
      unit: 'x',
      better: 'lower',
      goal: 2,
      // Waits of some ten milliseconds double when anything else happens on the machine.
      slack: 1,
    })),
  };
}
