/** The most memory that a command holds, for a small manifest and for a large one. */
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { type Figure, formatNumber, left, right, type Section } from './figures.js';
import { writeNarrowManifest, writeWideManifest } from './manifest-file.js';
import { unlimitedRun } from './measure-dispatch.js';
import { validation } from './measure-validate.js';
import type { Sizes } from './options.js';
import { startSandboxProcess } from './sandbox-process.js';

type Peak = (rows: number) => Promise<number>;

export async function measureMemory(bench: Bench, sizes: Sizes['memory']): Promise<Section> {
  const manifest = join(bench.workplace.dir, 'memory.csv');
  const peaks: ReadonlyArray<readonly [name: keyof Sizes['memory'], peak: Peak]> = [
    [
      'validate',
      async (rows) => {
        await writeWideManifest(manifest, rows);
        return (await bench.runBin(validation(manifest))).peakBytes;
      },
    ],
    [
      'run',
      async (rows) => {
        await writeNarrowManifest(manifest, rows);
        bench.workplace.clear();
        const sandbox = await startSandboxProcess({ tasks: rows });
        try {
          return (await bench.runBin(unlimitedRun(manifest), sandbox.environment)).peakBytes;
        } finally {
          await sandbox.close();
        }
      },
    ],
  ];
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const [name, peak] of peaks) {
    const measured: number[] = [];
    for (const size of sizes[name]) {
      bench.tell(`memory of ${name}, ${size} rows`);
      const bytes = await peak(size);
      measured.push(bytes);
      rows.push([name, size.toLocaleString('en'), formatNumber(bytes / 1e6)]);
    }
    figures.push(...figuresOf(name, sizes[name][1], measured));
  }
  return { title: 'Memory', columns: [left('command'), right('rows'), right('peak MB')], rows, figures };
}

function figuresOf(name: string, largeRows: number, [small = 0, large = 0]: readonly number[]): Figure[] {
  const size = largeRows.toLocaleString('en');
  return [
    {
      id: `memory.${name}`,
      what: `most memory of ${name}, ${size} rows`,
      value: large / 1e6,
      unit: 'MB',
      better: 'lower',
      goal: 150,
      slack: 0.4,
    },
    {
      id: `memory.${name}-growth`,
      what: `the same against 1,000 rows`,
      value: large / small,
      unit: 'x',
      better: 'lower',
      goal: null,
      slack: 0.4,
    },
  ];
}
