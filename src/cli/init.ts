import { hasFailed } from '../doctor/check.js';
import { type Diagnosis, diagnose } from '../doctor/diagnose.js';
import { mapTexts } from '../doctor/map-texts.js';
import { UsageError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { providers } from '../providers/registry.js';
import { createSecretRedactor } from '../redact.js';
import { type InitSummary, renderInit } from '../ui/init-text.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addStateFlag } from './flags.js';
import { askPurpose, type PurposeFlags } from './init/ask-purpose.js';
import { starterFiles } from './init/starter-files.js';
import { writeStarters } from './init/write-starters.js';
import { printJson, textStyle } from './print.js';
import { stateDirFlag } from './state-dir-hint.js';
import { createWorkbench, secretsOf } from './workbench.js';

/** For the one request that asks a service for whom the token acts. */
const timeoutMs = 10_000;

export const init: Command = {
  register: (yargs, start) =>
    yargs.command(
      'init',
      'Write a job, a manifest with its header and .env.example, and check the token. Writes over nothing, and no token anywhere.',
      (y) =>
        addStateFlag(y)
          .option('provider', {
            choices: providers.map(({ name }) => name),
            describe: 'The service [default: asked]',
            requiresArg: true,
          })
          .option('operation', { type: 'string', describe: 'What rows ask for [default: asked]', requiresArg: true })
          .option('name', {
            type: 'string',
            describe: 'Name of job and manifest [default: <provider>-<operation>]',
            requiresArg: true,
          })
          .option('json', {
            type: 'boolean',
            describe: 'One JSON document on stdout, in place of text',
            default: false,
          })
          .example('$0 init', 'asks for service and operation')
          .example('$0 init --provider clickup --operation delete', 'asks nothing'),
      (flags) => start((context) => runInit(flags, context)),
    ),
};

interface Flags extends PurposeFlags {
  readonly stateDir: string;
  readonly name?: string | undefined;
  readonly json: boolean;
}

async function runInit(flags: Flags, context: CliContext): Promise<number> {
  let interrupted = false;
  const purpose = await askPurpose(flags, providers, context, () => {
    interrupted = true;
  });
  if (purpose === null) {
    context.stderr.write('\nNo answer: nothing was written.\n');
    if (context.stopSignal.aborted) return context.signalExitCode();
    return interrupted ? exitCodes.interrupted : exitCodes.refused;
  }
  const { provider, entry } = purpose;
  const name = flags.name ?? `${provider.name}-${entry.name}`;
  if (!/^[\w-]+$/.test(name)) {
    throw new UsageError(`${JSON.stringify(name)} can't be the name of a job.`, {
      code: 'NAME',
      fix: 'Use letters, digits, - and _ only.',
    });
  }
  const files = writeStarters(starterFiles(name, provider, entry), context.cwd);
  const bench = createWorkbench(context, { ...flags, progress: false, logLevel: 'info' });
  const diagnosis = await diagnose(bench.runtime, {
    only: [provider.name],
    timeoutMs,
    nodeVersion: process.versions.node,
    platform: process.platform,
  });
  bench.close();
  const found = mapTexts(diagnosis, createSecretRedactor(secretsOf(bench.runtime.environment)));
  const configured = found.services.some((service) => service.configured);
  const summary: InitSummary = {
    files,
    service: serviceGroup(found, provider.name),
    configured,
    template: `taskbatch operations ${provider.name}.${entry.name} --template`,
    check: `taskbatch doctor --provider ${provider.name}`,
    plan: `taskbatch plan ${name}.csv --job ${name}${configured ? '' : ' --sandbox'}${stateDirFlag(flags)}`,
  };
  const exitCode = hasFailed(summary.service) ? exitCodes.credentials : exitCodes.ok;
  if (flags.json)
    printJson(context, { kind: 'init', job: name, operation: `${provider.name}.${entry.name}`, ...summary, exitCode });
  else context.stdout.write(renderInit(summary, textStyle(context, context.stdout)));
  return exitCode;
}

/** The checks of the service alone: machine and state are `doctor`'s matter. */
function serviceGroup({ groups }: Diagnosis, name: string): InitSummary['service'] {
  return groups.find((group) => group.name === name) ?? { name, title: name, checks: [] };
}
