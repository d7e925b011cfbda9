/** `--sandbox`: the emulator in this process, holding the targets of the run. */
import type { Clock } from '../clock.js';
import type { Environment } from '../providers/provider.js';
import type { OpenRun } from '../run/open-run.js';
import type { Runtime } from '../run/runtime.js';
import { readRun } from '../state/run-records.js';
import { storedTargets } from '../state/sandbox-reads.js';

export interface SandboxLink {
  readonly environment: Environment;
  close(): Promise<void>;
}

/** Starts the emulator, fills it with what the run's rows name, and points the environment at it. */
export async function startRunSandbox(run: OpenRun, environment: Environment, clock: Clock): Promise<SandboxLink> {
  const { startSandbox } = await import('../sandbox/server.js');
  const { columns, createdAtMs } = readRun(run.database).record;
  // Every sitting of the run must meet the same targets, with the same dates: they are filled at one fixed instant.
  let filling = true;
  const sandbox = await startSandbox({ seed: 1, now: () => (filling ? createdAtMs : clock.now()) });
  sandbox.fill(storedTargets(run.database, columns));
  filling = false;
  const { BITRIX24_WEBHOOK_URL: _real, ...rest } = environment;
  return { environment: { ...rest, ...sandbox.environment }, close: () => sandbox.close() };
}

/** A run's own surroundings: the sandbox for a sandbox run, else the environment as it is. */
export async function linkServices(
  run: OpenRun,
  { environment, clock }: Pick<Runtime, 'environment' | 'clock'>,
): Promise<SandboxLink> {
  if (readRun(run.database).record.sandbox) return startRunSandbox(run, environment, clock);
  return { environment, close: async () => {} };
}
