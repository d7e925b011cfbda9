/** Runs the real bin in a process of its own, as a user would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const projectDir = new URL('../..', import.meta.url).pathname;
/** The bin under test; another build of it where `TASKBATCH_BIN` names one. */
export const binFile = process.env.TASKBATCH_BIN ?? join(projectDir, 'dist', 'main.js');

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** A folder to work in, with a home of its own, so that nothing of the machine's is touched. */
export interface Workplace {
  readonly dir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The run's folder; there must be exactly one run, unless an id is given. */
  runFolder(id?: string): string;
  read(...path: string[]): string;
  remove(): void;
}

export function createWorkplace(): Workplace {
  const dir = mkdtempSync(join(tmpdir(), 'taskbatch-e2e-'));
  const runs = join(dir, '.taskbatch', 'runs');
  return {
    dir,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: join(dir, 'home'),
      XDG_STATE_HOME: join(dir, 'home', 'state'),
      LANG: 'C.UTF-8',
    },
    runFolder: (id) => {
      if (id !== undefined) return join(runs, id);
      const ids = readdirSync(runs);
      const [only] = ids;
      if (only === undefined || ids.length !== 1) throw new Error(`There are ${ids.length} runs: ${ids.join(', ')}`);
      return join(runs, only);
    },
    read: (...path) => readFileSync(join(dir, ...path), 'utf8'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export interface BinOptions {
  readonly workplace: Workplace;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Node flags in front of the bin. */
  readonly nodeFlags?: readonly string[];
  /** Another bin than the one under test. */
  readonly bin?: string;
}

/** Starts the bin; `finished` never rejects for an exit code. */
export function startBin(args: readonly string[], options: BinOptions): Started {
  const { workplace } = options;
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), options.bin ?? binFile, ...args], {
    cwd: workplace.dir,
    env: { ...workplace.environment, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A bin that refuses early closes its end of the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { child, finished };
}

export function runBin(args: readonly string[], options: BinOptions): Promise<Finished> {
  return startBin(args, options).finished;
}

/** Path of a sample that comes with the package. */
export function sampleFile(name: string): string {
  return join(projectDir, 'samples', name);
}
