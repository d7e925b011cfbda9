/** What a run costs while the limit holds it back: most of its life. */
import { join } from 'node:path';
import type { Bench } from './bench.js';
import { formatNumber, left, right, type Section } from './figures.js';
import { writeNarrowManifest } from './manifest-file.js';
import { startSandboxProcess } from './sandbox-process.js';

const perMinute = 100;
/** Rows of the short run; what both runs do beside waiting is the same, so their difference is the waiting. */
const shortRows = 5;

/** @param seconds by how much the long run waits longer. */
export async function measureWaiting(bench: Bench, seconds: number): Promise<Section> {
  const longRows = shortRows + Math.round((seconds * perMinute) / 60);
  const used: { readonly cpuMs: number; readonly wallMs: number }[] = [];
  for (const rows of [shortRows, longRows]) {
    bench.tell(`CPU while waiting: ${rows} deletes at ${perMinute} a minute`);
    const manifest = join(bench.workplace.dir, `waiting-${rows}.csv`);
    await writeNarrowManifest(manifest, rows);
    bench.workplace.clear();
    const sandbox = await startSandboxProcess({ tasks: rows });
    try {
      const what = ['run', manifest, '--provider', 'clickup', '--operation', 'delete', '--look', 'none'];
      const how = ['--rate', String(perMinute), '--yes', '--json', '--no-progress'];
      used.push(await bench.runBin([...what, ...how], sandbox.environment));
    } finally {
      await sandbox.close();
    }
  }
  const [short, long] = used;
  if (short === undefined || long === undefined) throw new RangeError('two runs were to be measured');
  const percent = (100 * (long.cpuMs - short.cpuMs)) / (long.wallMs - short.wallMs);
  return {
    title: `CPU at ${perMinute} requests a minute`,
    columns: [left('deletes'), right('CPU ms'), right('seconds')],
    rows: [
      [String(shortRows), formatNumber(short.cpuMs), formatNumber(short.wallMs / 1_000)],
      [String(longRows), formatNumber(long.cpuMs), formatNumber(long.wallMs / 1_000)],
    ],
    figures: [
      {
        id: 'waiting.cpu',
        what: `share of a core at ${perMinute} requests a minute, sending included`,
        value: percent,
        unit: '%',
        better: 'lower',
        goal: 1,
        slack: null,
      },
    ],
  };
}
