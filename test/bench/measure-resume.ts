/** How long a run of which nearly all is done takes until it goes on, and that nothing of what is done is sent again. */
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bench } from './bench.js';
import { formatNumber, left, median, right, type Section } from './figures.js';
import { interruptRun } from './interrupt-run.js';
import { writeNarrowManifest } from './manifest-file.js';
import { startSandboxProcess } from './sandbox-process.js';

export interface ResumeOptions {
  readonly rows: number;
  /** Of them, those that are not done when the run is resumed; the last ones. */
  readonly left: number;
  readonly repetitions: number;
}

const planSchema = z.object({ run: z.string() });
const runSchema = z.object({ states: z.object({ succeeded: z.number() }) });

export async function measureResume(bench: Bench, { rows, left: rest, repetitions }: ResumeOptions): Promise<Section> {
  const { workplace } = bench;
  const manifest = join(workplace.dir, 'resumed.csv');
  await writeNarrowManifest(manifest, rows);
  const waits: number[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    bench.tell(`resume with ${rows - rest} of ${rows} rows done (${repetition} of ${repetitions})`);
    workplace.clear();
    const sandbox = await startSandboxProcess({ tasks: rows });
    const witness = await watchForWrites(sandbox.environment);
    try {
      const how = ['--provider', 'clickup', '--operation', 'delete', '--look', 'none', '--rate', '0', '--json'];
      const planned = await bench.runBin(['plan', manifest, ...how, '--no-progress'], witness.environment);
      const { run } = planSchema.parse(JSON.parse(planned.stdout));
      interruptRun(join(workplace.dir, '.taskbatch', 'runs', run, 'run.db'), rows - rest);
      const startedAtMs = performance.now();
      const resumed = await bench.runBin(['resume', run, '--yes', '--json', '--no-progress'], witness.environment);
      waits.push(witness.firstWriteAtMs() - startedAtMs);
      const { states } = runSchema.parse(JSON.parse(resumed.stdout));
      const { effects } = await sandbox.ledger(60_000);
      if (states.succeeded !== rows || effects.length !== rest) {
        throw new Error(
          `${effects.length} of ${rest} tasks were deleted, ${states.succeeded} of ${rows} rows succeeded`,
        );
      }
    } finally {
      witness.close();
      await sandbox.close();
    }
  }
  const waitMs = median(waits);
  return {
    title: `Resume with ${(rows - rest).toLocaleString('en')} of ${rows.toLocaleString('en')} rows done`,
    columns: [left('what'), right('ms')],
    rows: [['from the command to the first write', formatNumber(waitMs)]],
    figures: [
      {
        id: 'resume.first-write',
        what: 'resume until the first write leaves, the start of the process included',
        value: waitMs,
        unit: 'ms',
        better: 'lower',
        goal: 2_000,
        slack: null,
      },
    ],
  };
}

interface Witness {
  /** As the sandbox's, with the witness in between. */
  readonly environment: Readonly<Record<string, string>>;
  firstWriteAtMs(): number;
  close(): void;
}

/** Hands bytes on as they are, and notes when the first request came that is a delete. */
async function watchForWrites(environment: Readonly<Record<string, string>>): Promise<Witness> {
  const { port: target } = new URL(environment.CLICKUP_BASE_URL ?? '');
  let firstAtMs: number | null = null;
  const server = createServer((near) => {
    const far = connect(Number(target), '127.0.0.1');
    near.setNoDelay(true);
    near.on('data', (bytes) => {
      if (bytes.toString('latin1', 0, 7) === 'DELETE ') firstAtMs ??= performance.now();
      far.write(bytes);
    });
    far.on('data', (bytes) => near.write(bytes));
    near.on('close', () => far.destroy()).on('error', () => far.destroy());
    far.on('close', () => near.destroy()).on('error', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the witness does not listen');
  const { port } = address;
  return {
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, value.replace(`:${target}`, `:${port}`)]),
    ),
    firstWriteAtMs: () => {
      if (firstAtMs === null) throw new Error('nothing was written');
      return firstAtMs;
    },
    close: () => server.close(),
  };
}
