/** Runs Node processes one at a time and tells what each used. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Workplace } from './workplace.js';

export interface Used {
  readonly stdout: string;
  /** From the start of the process to its end. */
  readonly wallMs: number;
  /** User and system time of all its threads. */
  readonly cpuMs: number;
  /** The most memory that was resident at once. */
  readonly peakBytes: number;
}

const probe = new URL('probe.js', import.meta.url).href;
const probeSchema = z.object({ cpuMs: z.number(), peakBytes: z.number() });

/**
 * Runs `node <args>` in the workplace. Its stdin is empty.
 * @throws {Error} with the end of its stderr when it does not exit with 0.
 */
export async function runMeasured(
  args: readonly string[],
  workplace: Workplace,
  environment: Readonly<Record<string, string>> = {},
): Promise<Used> {
  const probeFile = join(workplace.dir, 'used.json');
  rmSync(probeFile, { force: true });
  const startedAtMs = performance.now();
  const { exitCode, stdout, stderr } = await runNode(['--import', probe, ...args], workplace, {
    ...environment,
    BENCH_PROBE_FILE: probeFile,
  });
  const wallMs = performance.now() - startedAtMs;
  if (exitCode !== 0) throw new Error(`node ${args.join(' ')} ended with ${exitCode}:\n${stderr.slice(-2_000)}`);
  return { stdout, wallMs, ...probeSchema.parse(JSON.parse(readFileSync(probeFile, 'utf8'))) };
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runNode(
  args: readonly string[],
  { dir, environment }: Workplace,
  extra: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], {
      cwd: dir,
      env: { ...environment, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** The path of a script beside this one, as it was compiled. */
export function scriptPath(name: string): string {
  return new URL(`${name}.js`, import.meta.url).pathname;
}
