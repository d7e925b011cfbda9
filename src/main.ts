#!/usr/bin/env node
/** The bin: signals to the stop switch, the command line to `runCli`, one error to one exit code. Only this file ends the process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './cli/cli.js';
import type { CliContext } from './cli/context.js';
import { isReaderGone } from './cli/reader-gone.js';
import { createStopSwitch } from './cli/stop-switch.js';
import { systemClock } from './clock.js';
import { exitCodes } from './exit-codes.js';

/** By then a short command is through, and a long one has read next to nothing: what sets the flags takes longer to load than most of what a short one does. */
const leanFromMs = 200;
setTimeout(keepHeapLean, leanFromMs).unref();

async function keepHeapLean(): Promise<void> {
  const lean = await import('./lean-heap.js');
  lean.keepHeapLean(process.versions.node);
}

/** How long what is in the air is waited for after the first signal. */
const drainMs = 30_000;

const notices = {
  /** A line of its own, also behind the `^C` that a terminal shows. */
  write: (text: string): void => {
    process.stderr.write(`\n${text}\n`);
  },
};
const stopSwitch = createStopSwitch({
  drainMs,
  clock: systemClock,
  tell: (asker) => {
    const why = asker === 'person' ? ', as asked for with `taskbatch stop`' : '';
    notices.write(`Stopping${why}: waiting for what is in the air, then saving. Press Ctrl-C again to stop at once.`);
  },
  exit: (exitCode) => process.exit(exitCode),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopSwitch.requestStop(signal));

/** Why stdout does not take what is printed. */
let stdoutTrouble: Error | null = null;
process.stdout.on('error', (error) => {
  stdoutTrouble ??= error;
});
// What can't be told to anybody must not take the run down with it: a closed terminal, a full disk behind `2>`.
process.stderr.on('error', () => undefined);

const packageDir = join(import.meta.dirname, '..');

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
}

const world: CliContext = {
  argv: process.argv.slice(2),
  environment: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  random: Math.random,
  packageDir,
  // Made at the first look at them: few commands need either.
  get version() {
    return ownVersion();
  },
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  ...stopSwitch,
  notices,
};

async function explain(error: unknown): Promise<number> {
  // Whoever read the data has enough of it; what else went wrong with stdout is told at the end.
  if (error === stdoutTrouble) return exitCodes.ok;
  const { tellError } = await import('./cli/tell-error.js');
  return tellError(error, world);
}

// Until the end sets another: a process that ends while its work still waits for something has not done it.
process.exitCode = exitCodes.bug;
void runCli(world).catch(explain).then(leave);

async function leave(exitCode: number): Promise<void> {
  // Streams first: what was printed must be out before the process is.
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
  );
  process.exit(withLostOutput(exitCode, stdoutTrouble));
}

/** The exit code, which must not say that all is well when data was lost on its way to a reader who is still there. */
function withLostOutput(exitCode: number, trouble: Error | null): number {
  if (trouble === null || isReaderGone(trouble)) return exitCode;
  process.stderr.write(`error: What was to be printed on stdout is not complete: ${trouble.message}.\n`);
  return exitCode === exitCodes.ok ? exitCodes.stopped : exitCode;
}
