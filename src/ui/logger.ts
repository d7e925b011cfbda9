/** The run's log: one JSON object a line, for looking up later what happened. Secrets are taken out of everything. */
import { pino } from 'pino';
import type { Clock } from '../clock.js';
import type { Redactor } from '../redact.js';
import { type LogFile, openLogFile } from './log-file.js';
import { redactValues } from './redact-values.js';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;
type Write = (message: string, fields?: LogFields) => void;

/** Writing never fails: a log that can't be written is told about once, and the run goes on. */
export interface RunLog {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** Whether lines of that level are written at all; asked before one is put together that is often not wanted. */
  isEnabled(level: LogLevel): boolean;
  close(): void;
}

export interface LogOptions {
  /** `run.log` of the run's folder. */
  readonly path: string;
  /** `--log-file`: a second file that gets the same lines and is never cut, or null. */
  readonly extraPath: string | null;
  readonly level: LogLevel;
  readonly redact: Redactor;
  readonly clock: Pick<Clock, 'now'>;
  /** Told once a file when it can't be written any more. */
  readonly onTrouble: (message: string) => void;
  /** Bytes after which `run.log` becomes `run.log.1`; {@link defaultMaxLogBytes} unless given. */
  readonly maxBytes?: number;
}

/** With `run.log.1` a run's log takes at most twice this: at `debug` some 500,000 requests. The newest lines are kept. */
export const defaultMaxLogBytes = 64_000_000;

/** @throws {StateError} when the file can't be opened for a log. */
export function assertLogFile(path: string): void {
  openLogFile({ path, maxBytes: null, onTrouble: () => undefined }).close();
}

/** @throws {StateError} when a file can't be opened. */
export function openLog(options: LogOptions): RunLog {
  const { redact, clock, onTrouble, path, extraPath, maxBytes = defaultMaxLogBytes } = options;
  const files: LogFile[] = [openLogFile({ path, maxBytes, onTrouble })];
  if (extraPath !== null) files.push(openLogFile({ path: extraPath, maxBytes: null, onTrouble }));
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are already plain objects when they get here.
      serializers: {},
    },
    {
      write: (line: string) => {
        for (const file of files) file.write(line);
      },
    },
  );
  const writer =
    (level: Exclude<LogLevel, 'trace'>): Write =>
    (message, fields) => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level](redactValues(fields ?? {}, redact), redact(message));
    };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    isEnabled: (level) => logger.isLevelEnabled(level),
    close: () => {
      for (const file of files) file.close();
    },
  };
}
