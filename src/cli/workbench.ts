/** What a command works with: the core's runtime, and the listeners that show and log what happens. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { systemCodeOf, UsageError } from '../errors.js';
import type { Environment } from '../providers/provider.js';
import { providers } from '../providers/registry.js';
import { createRedactor } from '../redact.js';
import { combineEvents } from '../run/combine-events.js';
import type { OpenRun } from '../run/open-run.js';
import { createRunControl } from '../run/run-control.js';
import type { RunEvents } from '../run/run-events.js';
import type { Runtime } from '../run/runtime.js';
import { type CommandTaker, takeCommands } from '../run/take-commands.js';
import { attachLog } from '../ui/attach-log.js';
import { assertLogFile, openLog } from '../ui/logger.js';
import { createProgress, type Progress } from '../ui/progress.js';
import { canDraw, usesUnicode } from '../ui/terminal-style.js';
import type { CliContext } from './context.js';
import { stateDirOf } from './flags.js';

export interface WorkbenchFlags {
  readonly stateDir: string;
  readonly json: boolean;
  readonly progress: boolean;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly logFile?: string | undefined;
}

export interface Workbench {
  readonly runtime: Runtime;
  readonly progress: Progress;
  /** From now on these are told of every event too. */
  listen(events: RunEvents): void;
  /** Begins the run's log; from now on every event goes into it. */
  openLog(file: string, environment: Environment): void;
  /** From now on people in other terminals reach the run; where they do already, nothing changes. */
  attend(run: OpenRun): void;
  /** The run is about to be let go. */
  leave(): void;
  /** The last thing to do: from then on a signal ends the process at once. */
  close(): void;
}

export function createWorkbench(context: CliContext, flags: WorkbenchFlags): Workbench {
  // Before anything is made that a log which can't be opened would leave behind.
  if (flags.logFile !== undefined) assertLogFile(resolve(context.cwd, flags.logFile));
  const listeners: RunEvents[] = [];
  const progress = progressOf(context, flags.progress);
  listeners.push(progress.events);
  const { notices } = context;
  const writeElsewhere = notices.write;
  notices.write = (text) => progress.log(text);
  const environment = withDotEnv(context);
  const letGo = context.holdOpen();
  let closeLog = () => {};
  let commands: CommandTaker | null = null;
  const events = combineEvents(listeners);
  const control = createRunControl(context.clock, events);
  const leave = (): void => commands?.close();
  return {
    runtime: {
      environment,
      clock: context.clock,
      random: context.random,
      providers,
      version: context.version,
      stateDir: stateDirOf(flags, context),
      budgetDir: budgetDirOf(environment, stateDirOf(flags, context)),
      windowMs: 60_000,
      stopSignal: context.stopSignal,
      killSignal: context.killSignal,
      events,
      control,
    },
    progress,
    listen: (events) => void listeners.push(events),
    openLog: (file, secretsFrom) => {
      const log = openLog({
        path: file,
        extraPath: flags.logFile === undefined ? null : resolve(context.cwd, flags.logFile),
        level: flags.logLevel,
        redact: createRedactor(secretsOf(secretsFrom)),
        clock: context.clock,
        onTrouble: (message) => progress.log(message),
      });
      listeners.push(attachLog(log));
      closeLog = log.close;
    },
    attend: (run) => {
      if (commands !== null) return;
      const { clock, stopSignal } = context;
      const requestStop = () => context.requestStop('person');
      const { remainingMs } = progress;
      commands = takeCommands({ run, control, clock, stopSignal, remainingMs, requestStop });
      listeners.push(commands.events);
    },
    leave,
    close: () => {
      leave();
      progress.stop();
      notices.write = writeElsewhere;
      closeLog();
      letGo();
    },
  };
}

/** Progress on stderr. */
export function progressOf({ stderr, environment, clock }: CliContext, enabled: boolean): Progress {
  return createProgress({
    stream: stderr,
    isTerminal: canDraw(environment, stderr),
    columns: () => stderr.columns ?? 80,
    timeZone: environment.TZ,
    enabled,
    clock,
    unicode: usesUnicode(environment),
  });
}

/** The process's environment, with what `.env` in the working directory adds to it. */
export function withDotEnv(context: Pick<CliContext, 'environment' | 'cwd'>): Environment {
  const file = join(context.cwd, '.env');
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...context.environment };
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'EISDIR') return context.environment;
    throw new UsageError(`The file .env can't be read (${systemCodeOf(error) ?? 'error'}).`, {
      where: file,
      fix: 'Check its rights, or remove it.',
    });
  }
}

/** Values of every variable that a provider reads and that is secret by its kind; taken out of the log. */
export function secretsOf(environment: Environment): string[] {
  const names = providers.flatMap(({ variables }) => variables.map(({ name }) => name));
  return names.filter((name) => /TOKEN|KEY|SECRET|WEBHOOK/.test(name)).flatMap((name) => environment[name] ?? []);
}

/** Machine-wide, because the limit of a credential is shared by every process that uses it. */
function budgetDirOf(environment: Environment, stateDir: string): string {
  const base =
    environment.XDG_STATE_HOME ?? (environment.HOME === undefined ? null : join(environment.HOME, '.local', 'state'));
  return base === null ? join(stateDir, 'limits') : join(base, 'taskbatch', 'limits');
}
