/** Runs a command line in the test's process, as `main.ts` would. */
import { Readable, Writable } from 'node:stream';
import { runCli } from '../../src/cli/cli.js';
import type { CliContext } from '../../src/cli/context.js';
import { systemClock } from '../../src/clock.js';
import type { Environment } from '../../src/providers/provider.js';
import { projectDir } from './bin.js';

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
    ...changes,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}
