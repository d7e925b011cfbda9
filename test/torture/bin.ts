/** The bin in a process of its own, in time that passes faster. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Workplace } from '../support/bin.js';

export interface BinEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BinProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<BinEnd>;
}

export interface BinSetting {
  /** Path of `main.js`. */
  readonly bin: string;
  readonly nodeFlags: readonly string[];
  readonly workplace: Workplace;
  readonly environment: Readonly<Record<string, string>>;
}

export function startBin(args: readonly string[], { bin, nodeFlags, workplace, environment }: BinSetting): BinProcess {
  const child = spawn(process.execPath, [...nodeFlags, bin, ...args], {
    cwd: workplace.dir,
    env: { ...workplace.environment, ...environment },
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
  const ended = new Promise<BinEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { child, ended };
}
