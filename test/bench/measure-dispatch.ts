/** How fast rows leave when nothing limits them, against a bare loop and against the script that people write. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench.js';
import type { Used } from './child.js';
import { type Figure, formatNumber, left, median, medianRatio, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { startSandboxProcess } from './sandbox-process.js';

export interface DispatchOptions {
  readonly rows: number;
  readonly repetitions: number;
  /** The sandbox answers so late; 0 = at once. */
  readonly answerAfterMs: number;
  /** Share of the bare loop's rows a second that is to be reached. */
  readonly goal: number;
}

const concurrency = 50;
/** 0.15 ms a row where the script takes 0.17: milliseconds are those of a machine, their ratio is not. */
const cpuGoal = 0.15 / 0.17;
/** `activeMs` is the time in which requests were sent; loading, planning and reporting come on top. */
const activeSchema = z.object({ activeMs: z.number() });
const runSchema = activeSchema.extend({ states: z.object({ succeeded: z.number() }) });

interface Sample extends Used {
  readonly activeMs: number;
}

type Participant = (environment: Readonly<Record<string, string>>) => Promise<Sample>;

export async function measureDispatch(bench: Bench, options: DispatchOptions): Promise<Section> {
  const { rows, repetitions, answerAfterMs, goal } = options;
  const manifest = join(bench.workplace.dir, 'deletes.csv');
  await writeNarrowManifest(manifest, rows);
  const participants = {
    'taskbatch run': (environment) => runTaskbatch(bench, manifest, rows, environment),
    'bare undici Pool loop': async (environment) =>
      readActive(await bench.runPeer('undici-loop', [String(rows), String(concurrency)], environment)),
    'p-queue + fetch script': async (environment) =>
      readActive(await bench.runPeer('fetch-script', [manifest, String(concurrency)], environment)),
  } satisfies Record<string, Participant>;

  const samples: Record<keyof typeof participants, Sample[]> = {
    'taskbatch run': [],
    'bare undici Pool loop': [],
    'p-queue + fetch script': [],
  };
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const [name, participant] of Object.entries<Participant>(participants)) {
      bench.tell(`${rows} deletes, answers after ${answerAfterMs} ms: ${name} (${repetition} of ${repetitions})`);
      const found = Object.entries(samples).find(([known]) => known === name);
      found?.[1].push(await withSandbox(rows, answerAfterMs, participant));
    }
  }
  const when = answerAfterMs === 0 ? 'at once' : `after ${answerAfterMs} ms`;
  return {
    title: `${rows.toLocaleString('en')} deletes without a limit, ${concurrency} at a time, answers ${when}`,
    columns: [left('who'), right('rows/s'), right('rows/s, whole command'), right('CPU ms/row'), right('peak MB')],
    rows: Object.entries(samples).map(([name, all]) => [
      name,
      ...[
        median(all.map(({ activeMs }) => (rows / activeMs) * 1_000)),
        median(all.map(({ wallMs }) => (rows / wallMs) * 1_000)),
        median(all.map(({ cpuMs }) => cpuMs / rows)),
        median(all.map(({ peakBytes }) => peakBytes / 1e6)),
      ].map(formatNumber),
    ]),
    figures: figuresOf(
      answerAfterMs === 0 ? 'dispatch' : 'distant',
      `answers ${when}`,
      rows,
      goal,
      samples['taskbatch run'],
      samples['bare undici Pool loop'],
      samples['p-queue + fetch script'],
    ),
  };
}

function figuresOf(
  id: string,
  when: string,
  rows: number,
  goal: number,
  run: readonly Sample[],
  loop: readonly Sample[],
  script: readonly Sample[],
): Figure[] {
  const speed = (samples: readonly Sample[]) => samples.map(({ activeMs }) => 1 / activeMs);
  const cpu = (samples: readonly Sample[]) => samples.map(({ cpuMs }) => cpuMs);
  const ratio = { unit: 'x', slack: 0.4 } as const;
  return [
    {
      ...ratio,
      id: `${id}.speed`,
      what: `rows a second against a bare undici loop, ${when}`,
      value: medianRatio(speed(run), speed(loop)),
      better: 'higher',
      goal,
    },
    {
      ...ratio,
      id: `${id}.speed-script`,
      what: `rows a second against the p-queue + fetch script, ${when}`,
      value: medianRatio(speed(run), speed(script)),
      better: 'higher',
      goal: 1,
    },
    {
      ...ratio,
      id: `${id}.cpu-script`,
      what: `CPU a row against the p-queue + fetch script, ${when}`,
      value: medianRatio(cpu(run), cpu(script)),
      better: 'lower',
      goal: cpuGoal,
    },
    {
      id: `${id}.cpu-row`,
      what: `CPU a row, start and report included, ${when}`,
      value: median(cpu(run)) / rows,
      unit: 'ms',
      better: 'lower',
      goal: null,
      slack: null,
    },
  ];
}

/** Each participant gets a sandbox that nobody used before, and is believed only when every task is gone. */
async function withSandbox(rows: number, answerAfterMs: number, participant: Participant): Promise<Sample> {
  const sandbox = await startSandboxProcess({ tasks: rows, answerAfterMs });
  try {
    const sample = await participant(sandbox.environment);
    const { effects } = await sandbox.ledger(60_000);
    if (effects.length !== rows) throw new Error(`${effects.length} of ${rows} tasks were deleted`);
    return sample;
  } finally {
    await sandbox.close();
  }
}

async function runTaskbatch(
  bench: Bench,
  manifest: string,
  rows: number,
  environment: Readonly<Record<string, string>>,
): Promise<Sample> {
  bench.workplace.clear();
  const used = await bench.runBin(unlimitedRun(manifest), environment);
  const { activeMs, states } = runSchema.parse(JSON.parse(used.stdout));
  if (states.succeeded !== rows) throw new Error(`${states.succeeded} of ${rows} rows succeeded`);
  return { ...used, activeMs };
}

/** The run that is measured: every intent on the disk before its request leaves, no look before, no limit. */
export function unlimitedRun(manifest: string): string[] {
  const what = ['run', manifest, '--provider', 'clickup', '--operation', 'delete', '--look', 'none'];
  return [...what, '--rate', '0', '--concurrency', String(concurrency), '--yes', '--json', '--no-progress'];
}

function readActive(used: Used): Sample {
  return { ...used, ...activeSchema.parse(JSON.parse(used.stdout)) };
}
