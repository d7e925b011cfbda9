/** What a run costs while the limit holds it back: most of its life. */
import { join } from 'node:path';
import type { Bench } from './bench.js';
import type { Used } from './child.js';
import { type Figure, formatNumber, median, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { startSandboxProcess } from './sandbox-process.js';

/** Two runs at one pace. What both do beside waiting and sending is the same, so their difference is that. */
interface Pair {
  readonly perMinute: number;
  readonly shortRows: number;
  readonly longRows: number;
  readonly figure: Pick<Figure, 'id' | 'what'>;
}

type Spent = Pick<Used, 'cpuMs' | 'wallMs'>;

/** @param seconds by how much the long runs wait longer. */
export async function measureWaiting(bench: Bench, seconds: number, repetitions: number): Promise<Section> {
  const usual = 100;
  const slow = Math.max(1, Math.floor(60 / seconds));
  const pairs: readonly Pair[] = [
    {
      perMinute: usual,
      shortRows: 5,
      longRows: 5 + Math.round((seconds * usual) / 60),
      figure: { id: 'waiting.cpu', what: `share of a core at ${usual} requests a minute, sending included` },
    },
    {
      perMinute: slow,
      shortRows: 1,
      longRows: 2,
      figure: {
        id: 'waiting.only',
        what: `share of a core while waiting for the next request, ${formatNumber(60 / slow)} s later, and sending it`,
      },
    },
  ];
  const measured = pairs.map((pair) => ({ pair, short: [] as Spent[], long: [] as Spent[] }));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const { pair, short, long } of measured) {
      short.push(await runAt(bench, pair.perMinute, pair.shortRows));
      long.push(await runAt(bench, pair.perMinute, pair.longRows));
    }
  }
  return {
    title: `CPU while the limit is waited for, median of ${repetitions}`,
    columns: [right('requests a minute'), right('deletes'), right('CPU ms'), right('seconds')],
    rows: measured.flatMap(({ pair, short, long }) => [
      tableRow(pair.perMinute, pair.shortRows, short),
      tableRow(pair.perMinute, pair.longRows, long),
    ]),
    figures: measured.map(({ pair, short, long }) => ({
      ...pair.figure,
      value: median(long.map((spent, at) => shareOfCore(spent, short[at]))),
      unit: '%',
      better: 'lower',
      goal: 1,
      slack: null,
    })),
  };
}

async function runAt(bench: Bench, perMinute: number, rows: number): Promise<Spent> {
  bench.tell(`CPU while waiting: ${rows} deletes at ${perMinute} a minute`);
  const manifest = join(bench.workplace.dir, `waiting-${rows}.csv`);
  await writeNarrowManifest(manifest, rows);
  bench.workplace.clear();
  const sandbox = await startSandboxProcess({ tasks: rows });
  try {
    const what = ['run', manifest, '--provider', 'clickup', '--operation', 'delete', '--look', 'none'];
    const how = ['--rate', String(perMinute), '--yes', '--json', '--no-progress'];
    return await bench.runBin([...what, ...how], sandbox.environment);
  } finally {
    await sandbox.close();
  }
}

/** In percent. */
function shareOfCore(long: Spent, short: Spent | undefined): number {
  if (short === undefined) throw new RangeError('two runs were to be measured');
  return (100 * (long.cpuMs - short.cpuMs)) / (long.wallMs - short.wallMs);
}

function tableRow(perMinute: number, rows: number, spent: readonly Spent[]): string[] {
  return [
    String(perMinute),
    String(rows),
    formatNumber(median(spent.map(({ cpuMs }) => cpuMs))),
    formatNumber(median(spent.map(({ wallMs }) => wallMs)) / 1_000),
  ];
}
