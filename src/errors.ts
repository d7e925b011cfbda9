/**
 * Everything that may be thrown. A row's failure is never thrown: it is a {@link Failure} value.
 *
 * Each class names one exit code, so that message and code cannot drift apart; `main.ts` alone turns them into one
 * message and the end of the process. Anything else that is thrown is our bug: stack trace and exit code 1.
 */
import { exitCodes } from './exit-codes.js';

export interface ErrorDetails {
  /** Where it happened: `tasks.csv:12, column 3`, `jobs/clean.yaml:4`, a path or a service. */
  readonly where?: string | undefined;
  /** What to do or type next, as a full sentence or a command. */
  readonly fix?: string | undefined;
  /** A stable code to branch on; texts may change. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

export abstract class TaskbatchError extends Error {
  abstract readonly exitCode: number;
  readonly where: string | null;
  readonly fix: string | null;
  readonly code: string | null;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.where = details.where ?? null;
    this.fix = details.fix ?? null;
    this.code = details.code ?? null;
  }
}

/** Flags or arguments that can't be taken. */
export class UsageError extends TaskbatchError {
  readonly exitCode = exitCodes.refused;
}

/** A manifest that can't be read or must not be run. */
export class ManifestError extends TaskbatchError {
  readonly exitCode = exitCodes.refused;
}

/** A job file that can't be taken; `where` holds file and line. */
export class JobError extends TaskbatchError {
  readonly exitCode = exitCodes.refused;
}

/** A guard, the breaker, an outage or a wait above its bound stopped the run; it can be resumed. */
export class StoppedError extends TaskbatchError {
  readonly exitCode = exitCodes.stopped;
}

/** Credentials, scope or plan of the account were refused, or the service can't be reached at the start. */
export class CredentialError extends TaskbatchError {
  readonly exitCode = exitCodes.credentials;
}

/** Somebody ended the process before there was anything to go on with. */
export class InterruptedError extends TaskbatchError {
  readonly exitCode: number;

  /** @param exitCode of the signal that came. */
  constructor(message: string, { exitCode, ...details }: ErrorDetails & { readonly exitCode: number }) {
    super(message, { code: 'INTERRUPTED', fix: 'Begin again.', ...details });
    this.exitCode = exitCode;
  }
}

/** The run is in use by another process. */
export class BusyError extends TaskbatchError {
  readonly exitCode = exitCodes.busy;
}

/** The state on disk can't be read, written or understood; nothing is sent without state. */
export class StateError extends TaskbatchError {
  readonly exitCode = exitCodes.refused;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error (`ENOENT`, `ECONNREFUSED`, …), or null. */
export function systemCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** A service's refusal of the credential, as what ends the command: no row's fault. */
export function credentialErrorOf({
  message,
  code,
  suggestedAction,
}: {
  readonly message: string;
  readonly code: string;
  readonly suggestedAction: string;
}): CredentialError {
  return new CredentialError(message, { code, fix: suggestedAction });
}
