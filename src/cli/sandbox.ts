import { once } from 'node:events';
import { messageOf, systemCodeOf, UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { printJson } from './print.js';

export const sandbox: Command = {
  register: (yargs, start) =>
    yargs.command(
      'sandbox',
      'Serve the local emulator of the three services until stopped, and print the environment that reaches it.',
      (y) =>
        y
          .option('port', {
            type: 'number',
            describe: 'Port on 127.0.0.1 (0 = any free one)',
            default: 4010,
            requiresArg: true,
          })
          .option('limit', {
            type: 'number',
            describe: "Requests a minute (0 = no limit) [default: each service's own]",
            requiresArg: true,
          })
          .option('faults', {
            type: 'string',
            describe: 'Faults to make: clickup:delete:500-after*3,any:reset-before@0.1',
            requiresArg: true,
          })
          .option('latency', { type: 'number', describe: 'Answer after this many ms', requiresArg: true })
          .option('seed', { type: 'number', describe: 'Seed of everything random', default: 1, requiresArg: true })
          .option('json', { type: 'boolean', describe: 'Print the environment as JSON', default: false })
          .example('$0 sandbox --port 4010', 'serve; then run with the printed environment in another terminal')
          .example('$0 sandbox --faults any:throttle-seconds*2', 'answer the first two requests with 429'),
      (flags) => start((context) => runSandbox(flags, context)),
    ),
};

interface Flags {
  readonly port: number;
  readonly limit?: number | undefined;
  readonly faults?: string | undefined;
  readonly latency?: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

async function runSandbox(flags: Flags, context: CliContext): Promise<number> {
  const { startSandbox } = await import('../sandbox/server.js');
  const { parseFaults } = await import('../sandbox/fault-text.js');
  const served = await startSandbox({
    port: flags.port,
    seed: flags.seed,
    ...(flags.limit === undefined ? {} : { limit: flags.limit === 0 ? null : flags.limit }),
    ...(flags.faults === undefined ? {} : { faults: readFaults(flags.faults, parseFaults) }),
    ...(flags.latency === undefined ? {} : { latencyMs: [flags.latency, flags.latency] as const }),
  }).catch((error: unknown) => {
    throw portError(error, flags.port);
  });
  if (flags.json) printJson(context, served.environment);
  else {
    const lines = Object.entries(served.environment).map(([name, value]) => `export ${name}='${value}'`);
    context.stdout.write(`${lines.join('\n')}\n`);
  }
  context.stderr.write(
    `The sandbox serves on ${served.origin}; its ledger: ${served.origin}/_sandbox/ledger. Stop it with Ctrl-C.\n`,
  );
  const letGo = context.holdOpen();
  if (!context.stopSignal.aborted) await once(context.stopSignal, 'abort');
  await served.close();
  letGo();
  return exitCodes.ok;
}

/** @throws {UsageError} saying which rule can't be read. */
function readFaults<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`--faults: ${messageOf(error)}`, {
      code: 'FAULTS',
      fix: 'For example: --faults clickup:delete:500-after*3',
    });
  }
}

function portError(error: unknown, port: number): unknown {
  const code = systemCodeOf(error);
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'ERR_SOCKET_BAD_PORT') return error;
  const reason = code === 'EADDRINUSE' ? 'is in use' : "can't be used";
  return new UsageError(`Port ${port} ${reason}.`, {
    code,
    fix: 'Give another one, or any free one: --port 0',
    cause: error,
  });
}
