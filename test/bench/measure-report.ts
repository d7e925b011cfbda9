/** How fast a report is written, against a bare pass of csv-stringify over records like those. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench.js';
import type { Used } from './child.js';
import { type Figure, formatNumber, left, median, medianRatio, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { unlimitedRun } from './measure-dispatch.js';
import { startSandboxProcess } from './sandbox-process.js';

const idSchema = z.object({ run: z.string() });
/** Records of the real report that the bare pass repeats. */
const sampleLines = 1_001;

export async function measureReport(bench: Bench, rows: number, repetitions: number): Promise<Section> {
  const at = (name: string) => join(bench.workplace.dir, name);
  bench.tell(`a run of ${rows} rows to be reported`);
  const run = await makeRun(bench, at('reported.csv'), rows);
  const samples: Record<'csv' | 'jsonl' | 'bare', Used[]> = { csv: [], jsonl: [], bare: [] };
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    bench.tell(`reports of ${rows} rows, then csv-stringify alone (${repetition} of ${repetitions})`);
    samples.csv.push(await bench.runBin(['report', run, '-o', at('report.csv')]));
    samples.jsonl.push(await bench.runBin(['report', run, '--format', 'jsonl', '-o', at('report.jsonl')]));
    writeFileSync(at('sample.csv'), firstLines(at('report.csv'), sampleLines));
    samples.bare.push(await bench.runPeer('csv-stringify-pass', [at('sample.csv'), String(rows), at('bare.csv')]));
  }
  bench.workplace.clear();
  const speed = (used: readonly Used[]) => used.map(({ wallMs }) => 1 / wallMs);
  const line = (name: string, used: readonly Used[]) => [
    name,
    ...[
      median(speed(used)) * rows,
      (median(used.map(({ cpuMs }) => cpuMs)) / rows) * 1_000,
      median(used.map(({ peakBytes }) => peakBytes / 1e6)),
    ].map(formatNumber),
  ];
  const figure = (format: 'csv' | 'jsonl'): Figure => ({
    id: `report.${format}`,
    what: `rows a second of report --format ${format} against a bare csv-stringify pass, starts included`,
    value: medianRatio(speed(samples[format]), speed(samples.bare)),
    unit: 'x',
    better: 'higher',
    goal: 0.5,
    slack: 0.4,
  });
  return {
    title: `Reporting ${rows.toLocaleString('en')} rows`,
    columns: [left('who'), right('k rows/s'), right('CPU us/row'), right('peak MB')],
    rows: [
      line('taskbatch report', samples.csv),
      line('taskbatch report --format jsonl', samples.jsonl),
      line('csv-stringify', samples.bare),
    ],
    figures: [figure('csv'), figure('jsonl')],
  };
}

async function makeRun(bench: Bench, manifest: string, rows: number): Promise<string> {
  await writeNarrowManifest(manifest, rows);
  bench.workplace.clear();
  const sandbox = await startSandboxProcess({ tasks: rows });
  try {
    const { stdout } = await bench.runBin(unlimitedRun(manifest), sandbox.environment);
    return idSchema.parse(JSON.parse(stdout)).run;
  } finally {
    await sandbox.close();
  }
}

function firstLines(path: string, count: number): string {
  return readFileSync(path, 'utf8').split('\n', count).join('\n');
}
