#!/usr/bin/env node
/** The bin: signals to AbortControllers, the command line to `runCli`, one error to one exit code. Only this file ends the process. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli/cli.js';
import { systemClock } from './clock.js';
import { systemCodeOf, TaskbatchError } from './errors.js';
import { exitCodes } from './exit-codes.js';
import { keepHeapLean } from './lean-heap.js';

keepHeapLean(process.versions.node);

/** How long what is in the air is waited for after the first signal. */
const drainMs = 30_000;

const stop = new AbortController();
const kill = new AbortController();
let signalExitCode: number = exitCodes.interrupted;

function onSignal(exitCode: number): void {
  if (stop.signal.aborted) {
    kill.abort();
    return;
  }
  signalExitCode = exitCode;
  process.stderr.write(
    '\nStopping: waiting for what is in the air, then saving. Press Ctrl-C again to stop at once.\n',
  );
  stop.abort();
  setTimeout(() => kill.abort(), drainMs).unref();
}

process.on('SIGINT', () => onSignal(exitCodes.interrupted));
process.on('SIGTERM', () => onSignal(exitCodes.terminated));
process.on('SIGHUP', () => onSignal(exitCodes.terminated));
// A reader that went away (`| head`) or a closed terminal must not take the run down with it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (systemCodeOf(error) !== 'EPIPE' && systemCodeOf(error) !== 'EIO') throw error;
  });
}

const packageDir = join(dirname(fileURLToPath(import.meta.url)), '..');

function ownVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '0.0.0';
}

async function explain(error: unknown): Promise<number> {
  const { renderError } = await import('./ui/error-text.js');
  const { createRedactor } = await import('./redact.js');
  const { secretsOf, withDotEnv } = await import('./cli/workbench.js');
  const redact = createRedactor(secretsOf(withDotEnv({ environment: process.env, cwd: process.cwd() })));
  const { stateDirOfWords, withStateDir } = await import('./cli/state-dir-hint.js');
  const hint = (text: string) => withStateDir(redact(text), { stateDir: stateDirOfWords(process.argv) });
  const { usesColour, usesUnicode } = await import('./ui/terminal-style.js');
  const style = { colour: usesColour(process.env, process.stderr), unicode: usesUnicode(process.env) };
  process.stderr.write(renderError(error, { ...style, redact: hint, run: null }));
  if (process.argv.includes('--json')) {
    const { errorJson, renderJson } = await import('./ui/json-output.js');
    process.stdout.write(renderJson(errorJson(error, hint, exitCodes.bug)));
  }
  return error instanceof TaskbatchError ? error.exitCode : exitCodes.bug;
}

const exitCode = await runCli({
  argv: process.argv.slice(2),
  environment: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  random: Math.random,
  version: ownVersion(),
  packageDir,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopSignal: stop.signal,
  killSignal: kill.signal,
  signalExitCode: () => signalExitCode,
}).catch(explain);

// Streams first: what was printed must be out before the process is.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
);
process.exit(exitCode);
