/** Runs a command line in the test's process, as `main.ts` would. */
import { Readable, Writable } from 'node:stream';
import { runCli } from '../../src/cli/cli.js';
import type { CliContext } from '../../src/cli/context.js';
import { systemClock } from '../../src/clock.js';
import { TaskbatchError } from '../../src/errors.js';
import type { Environment } from '../../src/providers/provider.js';
import { renderError } from '../../src/ui/error-text.js';
import { projectDir, type Workplace } from './bin.js';

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function collect(): Writable & { text(): string } {
  let all = '';
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      all += chunk.toString();
      done();
    },
  });
  return Object.assign(sink, { text: () => all });
}

/** @throws {TaskbatchError} what `main.ts` would turn into a message and an exit code. */
export async function callCli(
  argv: readonly string[],
  place: { readonly cwd: string; readonly environment: Environment },
  changes: Partial<CliContext> = {},
): Promise<CliResult> {
  const stdout = collect();
  const stderr = collect();
  const exitCode = await runCli({
    ...place,
    argv,
    clock: systemClock,
    random: Math.random,
    version: '0.0.0-test',
    packageDir: projectDir,
    stdin: Readable.from([]),
    stdout,
    stderr,
    stopSignal: new AbortController().signal,
    killSignal: new AbortController().signal,
    signalExitCode: () => 130,
    stopMessage: () => 'The test ended it.',
    requestStop: () => undefined,
    holdOpen: () => () => undefined,
    notices: { write: (text) => stderr.write(`${text}\n`) },
    ...changes,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/**
 * A command line as a user types it, with the message and the exit code that an error ends in, but without a process of
 * its own: for rules that are tried in many shapes.
 */
export async function runHere(
  argv: readonly string[],
  { workplace, environment = {} }: { workplace: Workplace; environment?: Environment },
  changes: Partial<CliContext> = {},
): Promise<CliResult> {
  const stdout = collect();
  const stderr = collect();
  const place = { cwd: workplace.dir, environment: { ...workplace.environment, ...environment } };
  try {
    const { exitCode } = await callCli(argv, place, { stdout, stderr, ...changes });
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } catch (error) {
    if (!(error instanceof TaskbatchError)) throw error;
    const told = renderError(error, { colour: false, unicode: true, redact: (text) => text, run: null });
    return { exitCode: error.exitCode, stdout: stdout.text(), stderr: `${stderr.text()}${told}` };
  }
}
