/** How fast a manifest is checked, against a bare pass of csv-parse over the same file. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.js';
import type { Used } from './child.js';
import { formatNumber, left, median, medianRatio, right, type Section } from './figures.js';
import { writeWideManifest } from './manifest-file.js';

export async function measureValidate(bench: Bench, rows: number, repetitions: number): Promise<Section> {
  const manifest = join(bench.workplace.dir, 'wide.csv');
  bench.tell(`writing ${rows} rows`);
  await writeWideManifest(manifest, rows);
  const { size } = statSync(manifest);
  const checked: Used[] = [];
  const parsed: Used[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    bench.tell(`${rows} rows: validate, then csv-parse alone (${repetition} of ${repetitions})`);
    checked.push(await bench.runBin(validation(manifest)));
    parsed.push(await bench.runPeer('csv-parse-pass', [manifest]));
  }
  rmSync(manifest);
  const wall = (all: readonly Used[]) => all.map(({ wallMs }) => 1 / wallMs);
  const cpu = (all: readonly Used[]) => all.map(({ cpuMs }) => cpuMs);
  const line = (name: string, all: readonly Used[]) => [
    name,
    ...[
      median(wall(all)) * rows,
      (median(wall(all)) * size) / 1e3,
      (median(cpu(all)) / rows) * 1_000,
      median(all.map(({ peakBytes }) => peakBytes / 1e6)),
    ].map(formatNumber),
  ];
  return {
    title: `Checking ${rows.toLocaleString('en')} rows of 8 columns, ${formatNumber(size / 1e6)} MB`,
    columns: [left('who'), right('k rows/s'), right('MB/s'), right('CPU us/row'), right('peak MB')],
    rows: [line('taskbatch validate', checked), line('csv-parse, columns: true', parsed)],
    figures: [
      {
        id: 'validate.speed',
        what: 'rows a second of validate against a bare csv-parse pass, starts included',
        value: medianRatio(wall(checked), wall(parsed)),
        unit: 'x',
        better: 'higher',
        goal: 0.7,
        slack: 0.4,
      },
      {
        id: 'validate.cpu',
        what: 'CPU of validate against a bare csv-parse pass',
        value: medianRatio(cpu(checked), cpu(parsed)),
        unit: 'x',
        better: 'lower',
        goal: null,
        slack: 0.4,
      },
    ],
  };
}

export function validation(manifest: string): string[] {
  return ['validate', manifest, '--provider', 'clickup', '--operation', 'delete'];
}
