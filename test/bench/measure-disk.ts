/** How much a finished run leaves on the disk. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { type Figure, formatNumber, left, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { startSandboxProcess } from './sandbox-process.js';

/** How targets are looked at decides on how much is kept of each row. */
const ways = [
  { id: 'unread', name: 'targets not read (--look none)', flags: ['--look', 'none'] },
  { id: 'read', name: 'targets read and kept whole, as deletes are by default', flags: [] },
] as const;

export async function measureDisk(bench: Bench, rows: number): Promise<Section> {
  const { workplace } = bench;
  const manifest = join(workplace.dir, 'kept.csv');
  await writeNarrowManifest(manifest, rows);
  const own = statSync(manifest).size;
  const table: string[][] = [];
  const figures: Figure[] = [];
  for (const { id, name, flags } of ways) {
    bench.tell(`disk of ${rows} deletes, ${name}`);
    workplace.clear();
    const sandbox = await startSandboxProcess({ tasks: rows });
    try {
      const what = ['run', manifest, '--provider', 'clickup', '--operation', 'delete', ...flags];
      await bench.runBin([...what, '--rate', '0', '--yes', '--json', '--no-progress'], sandbox.environment);
    } finally {
      await sandbox.close();
    }
    const files = filesOfRun(join(workplace.dir, '.taskbatch', 'runs'));
    for (const [file, bytes] of files) table.push([name, file, formatNumber(bytes / rows)]);
    const bytes = files.reduce((sum, [, size]) => sum + size, 0);
    figures.push({
      id: `disk.${id}`,
      what: `bytes a row on disk beyond the manifest's own, ${name}`,
      value: (bytes - own) / rows,
      unit: 'bytes',
      better: 'lower',
      goal: 400,
      slack: 0.1,
    });
  }
  return {
    title: `Disk of ${rows.toLocaleString('en')} deletes of ${formatNumber(own / rows)} bytes each`,
    columns: [left('way'), left('file'), right('bytes a row')],
    rows: table,
    figures,
  };
}

function filesOfRun(runs: string): ReadonlyArray<readonly [name: string, bytes: number]> {
  const [run] = readdirSync(runs);
  if (run === undefined) throw new Error('there is no run');
  return readdirSync(join(runs, run)).map((name) => [name, statSync(join(runs, run, name)).size] as const);
}
