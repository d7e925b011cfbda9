/** Time and memory of each command for more and more rows. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench.js';
import type { Used } from './child.js';
import { type Figure, formatNumber, left, right, type Section } from './figures.js';
import { fitExponent, type Growth, type GrowthPoint } from './growth.js';
import { interruptRun } from './interrupt-run.js';
import { writeNarrowManifest, writeWideManifest } from './manifest-file.js';
import { unlimitedRun } from './measure-dispatch.js';
import { validation } from './measure-validate.js';
import { type GrowthCommand, growthCommands, type Sizes } from './options.js';
import { startSandboxProcess } from './sandbox-process.js';

const idSchema = z.object({ run: z.string() });
/** Of the rows that are resumed, so many are still to do. */
const leftToResume = 100;

export interface GrowthSection extends Section {
  readonly commands: Growth['commands'];
}

export async function measureGrowth(bench: Bench, sizes: Sizes['growth']): Promise<GrowthSection> {
  const points: Record<GrowthCommand, GrowthPoint[]> = { validate: [], plan: [], run: [], resume: [], report: [] };
  const allSizes = [...new Set(growthCommands.flatMap((command) => sizes[command]))].sort((a, b) => a - b);
  for (const rows of allSizes) {
    const add = (command: GrowthCommand, { wallMs, peakBytes }: Used) =>
      points[command].push({ rows, seconds: wallMs / 1_000, peakMb: peakBytes / 1e6 });
    const measured = (command: GrowthCommand) => {
      const wanted = sizes[command].includes(rows);
      if (wanted) bench.tell(`growth: ${command} of ${rows} rows`);
      return wanted;
    };
    const manifest = join(bench.workplace.dir, `${rows}.csv`);
    if (measured('validate')) {
      await writeWideManifest(manifest, rows);
      add('validate', await bench.runBin(validation(manifest)));
    }
    if (measured('plan')) {
      await writeNarrowManifest(manifest, rows);
      const { planned, resumed } = await planAndResume(bench, manifest, rows, measured('resume'));
      add('plan', planned);
      if (resumed !== null) add('resume', resumed);
    }
    if (measured('run')) {
      const ran = await inSandbox(bench, rows, (environment) => bench.runBin(unlimitedRun(manifest), environment));
      add('run', ran);
      const { run } = idSchema.parse(JSON.parse(ran.stdout));
      const output = join(bench.workplace.dir, 'report.csv');
      if (measured('report')) add('report', await bench.runBin(['report', run, '-o', output]));
      rmSync(output, { force: true });
    }
    bench.workplace.clear();
    rmSync(manifest, { force: true });
  }
  return {
    title: 'Growth: one command after the other, no limit, answers at once',
    columns: [left('command'), right('rows'), right('s'), right('peak MB'), right('exponent of the time')],
    rows: growthCommands.flatMap((command) =>
      points[command].map(({ rows, seconds, peakMb }, index) => {
        const exponent = index === points[command].length - 1 ? fitExponent(points[command]) : null;
        const cells = [formatNumber(seconds), formatNumber(peakMb), exponent === null ? '' : exponent.toFixed(2)];
        return [command, rows.toLocaleString('en'), ...cells];
      }),
    ),
    figures: growthCommands.flatMap((command) => figuresOf(command, points[command])),
    commands: points,
  };
}

async function inSandbox<T>(
  bench: Bench,
  rows: number,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  bench.workplace.clear();
  const sandbox = await startSandboxProcess({ tasks: rows });
  try {
    return await work(sandbox.environment);
  } finally {
    await sandbox.close();
  }
}

function planAndResume(
  bench: Bench,
  manifest: string,
  rows: number,
  resuming: boolean,
): Promise<{ planned: Used; resumed: Used | null }> {
  return inSandbox(bench, rows, async (environment) => {
    const how = ['--provider', 'clickup', '--operation', 'delete', '--look', 'none', '--rate', '0', '--json'];
    const planned = await bench.runBin(['plan', manifest, ...how, '--no-progress'], environment);
    if (!resuming) return { planned, resumed: null };
    const { run } = idSchema.parse(JSON.parse(planned.stdout));
    interruptRun(join(runFolder(bench, run), 'run.db'), rows - leftToResume);
    return {
      planned,
      resumed: await bench.runBin(['resume', run, '--yes', '--json', '--no-progress'], environment),
    };
  });
}

function runFolder(bench: Bench, run: string): string {
  return join(bench.workplace.dir, '.taskbatch', 'runs', run);
}

function figuresOf(command: GrowthCommand, points: readonly GrowthPoint[]): Figure[] {
  const [smallest] = points;
  const largest = points.at(-1);
  if (smallest === undefined || largest === undefined) return [];
  const size = largest.rows.toLocaleString('en');
  const exponent = fitExponent(points);
  const memory: Figure = {
    id: `memory.${command}`,
    what: `most memory of ${command}, ${size} rows`,
    value: largest.peakMb,
    unit: 'MB',
    better: 'lower',
    goal: 150,
    slack: 0.4,
  };
  const flat: Figure = {
    ...memory,
    id: `memory.${command}-growth`,
    what: `the same against ${smallest.rows.toLocaleString('en')} rows`,
    value: largest.peakMb / smallest.peakMb,
    unit: 'x',
    goal: null,
  };
  const time: Figure = {
    ...flat,
    id: `growth.${command}`,
    what: `exponent of the time of ${command} over the rows`,
    value: exponent ?? 0,
    slack: null,
  };
  return [memory, flat, ...(exponent === null ? [] : [time]), ...lastDecade(command, points)];
}

/** From a million rows to ten millions hardly anything may grow. */
function lastDecade(command: GrowthCommand, points: readonly GrowthPoint[]): Figure[] {
  const before = points.find(({ rows }) => rows === 1_000_000);
  const after = points.find(({ rows }) => rows === 10_000_000);
  if (before === undefined || after === undefined) return [];
  return [
    {
      id: `memory.${command}-ten-million`,
      what: `most memory of ${command}, 10,000,000 rows against 1,000,000`,
      value: after.peakMb / before.peakMb,
      unit: 'x',
      better: 'lower',
      goal: 1.1,
      slack: 0.4,
    },
  ];
}
