import { hasFailed } from '../doctor/check.js';
import { type Diagnosis, diagnose } from '../doctor/diagnose.js';
import { mapTexts } from '../doctor/map-texts.js';
import { exitCodes } from '../exit-codes.js';
import { parseDuration } from '../job/duration.js';
import { providers } from '../providers/registry.js';
import { createSecretRedactor } from '../redact.js';
import { renderDiagnosis } from '../ui/doctor-text.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addStateFlag } from './flags.js';
import { printJson, textStyle } from './print.js';
import { withStateDir } from './state-dir-hint.js';
import { createWorkbench, secretsOf } from './workbench.js';

export const doctor: Command = {
  register: (yargs, start) =>
    yargs.command(
      'doctor',
      'Check what a run needs: credentials and whom they act for, limits in force, clocks, state folder, disk. Changes nothing.',
      (y) =>
        addStateFlag(y)
          .option('provider', {
            choices: providers.map(({ name }) => name),
            describe: 'Look at this service only [default: every one]',
            requiresArg: true,
          })
          .option('timeout', {
            type: 'string',
            describe: 'Longest time for one request',
            default: '10s',
            requiresArg: true,
          })
          .option('json', {
            type: 'boolean',
            describe: 'One JSON document on stdout, in place of text',
            default: false,
          })
          .example('$0 doctor', 'every service whose variables are set')
          .example('$0 doctor --provider clickup --json', 'one service, for a script')
          .epilogue(
            'Exit code 0: a run can begin; 5: a service refuses or is not there, or none is configured; 2: the state folder is of no use.',
          ),
      (flags) => start((context) => runDoctor(flags, context)),
    ),
};

interface Flags {
  readonly stateDir: string;
  readonly provider?: string | undefined;
  readonly timeout: string;
  readonly json: boolean;
}

async function runDoctor(flags: Flags, context: CliContext): Promise<number> {
  const timeoutMs = parseDuration(flags.timeout, '--timeout');
  const bench = createWorkbench(context, { ...flags, progress: false, logLevel: 'info' });
  const { runtime } = bench;
  const found = await diagnose(runtime, {
    only: flags.provider === undefined ? null : [flags.provider],
    timeoutMs,
    nodeVersion: process.versions.node,
    platform: process.platform,
  });
  bench.close();
  const redact = createSecretRedactor(secretsOf(runtime.environment));
  const told = mapTexts(found, (text) => withStateDir(redact(text), flags));
  const exitCode = context.stopSignal.aborted ? context.signalExitCode() : exitOf(found);
  if (flags.json) printJson(context, { kind: 'doctor', ...told, exitCode });
  else context.stdout.write(renderDiagnosis(told, textStyle(context, context.stdout)));
  return exitCode;
}

/** What a run would end with: it needs a credential that is taken, and a folder that can be written. */
function exitOf({ groups, services }: Diagnosis): number {
  const names = new Set(services.map(({ provider }) => provider));
  const broken = groups.filter(hasFailed);
  if (!services.some(({ configured }) => configured)) return exitCodes.credentials;
  if (broken.some(({ name }) => names.has(name))) return exitCodes.credentials;
  return broken.length > 0 ? exitCodes.refused : exitCodes.ok;
}
