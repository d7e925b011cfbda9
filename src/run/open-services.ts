import { CredentialError, StoppedError, UsageError } from '../errors.js';
import type { Failure } from '../failure.js';
import { HeldError } from '../providers/http.js';
import type { Environment, Identity } from '../providers/provider.js';
import type { Runtime } from '../runtime.js';
import { newMeter, type Session } from './lane.js';
import { openSession } from './open-session.js';
import { backoffMs, defaultTries } from './retry-policy.js';
import type { RunRecord, RunSettings } from './run-record.js';

export interface Services {
  readonly sessions: readonly Session[];
  /** Who each credential acts for. */
  readonly identities: RunRecord['services'];
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

export type ServiceSettings = Pick<
  RunSettings,
  'allowNameSearch' | 'requestsPerMinute' | 'concurrency' | 'pace' | 'timeoutMs' | 'giveUpAfterMs'
>;

/**
 * Connects to the named services and asks each for whom the credential acts. Nothing else is sent.
 * @throws {CredentialError} when a variable is missing, the credential refused, or the service can't be reached.
 */
export async function openServices(
  names: readonly string[],
  settings: ServiceSettings,
  environment: Environment,
  runtime: Runtime,
): Promise<Services> {
  const connections = names.map((name) => {
    const provider = runtime.providers.find((candidate) => candidate.name === name);
    if (provider === undefined) throw new UsageError(`There is no service ${JSON.stringify(name)}.`);
    return provider.connect(environment, { allowNameSearch: settings.allowNameSearch });
  });
  const sessions = connections.map((connection) =>
    openSession(connection, {
      requestsPerMinute: settings.requestsPerMinute ?? connection.profile.requestsPerMinute,
      concurrency: settings.concurrency ?? connection.profile.concurrency,
      windowMs: runtime.windowMs,
      pace: settings.pace,
      timeoutMs: settings.timeoutMs,
      giveUpAfterMs: settings.giveUpAfterMs,
      budgetDir: runtime.budgetDir,
      userAgent: `taskbatch/${runtime.version}`,
      clock: runtime.clock,
      stopSignal: runtime.stopSignal,
      killSignal: runtime.killSignal,
      events: runtime.events,
    }),
  );
  const close = async () => {
    await Promise.all(sessions.map((session) => session.close()));
  };
  try {
    const identities = await Promise.all(sessions.map((session) => identify(session, runtime)));
    return {
      sessions,
      identities: identities.map(({ session, identity }) => ({
        provider: session.connection.provider,
        title: session.connection.title,
        tenant: identity.tenant,
        user: identity.user,
      })),
      warnings: identities.flatMap(({ session, identity }) =>
        identity.warnings.map((warning) => `${session.connection.title}: ${warning}`),
      ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function identify(
  session: Session,
  { clock, random }: Runtime,
): Promise<{ session: Session; identity: Identity }> {
  const { connection } = session;
  try {
    for (let attempt = 1; ; attempt++) {
      const identity = await connection.identify(session.reader(newMeter()));
      if (identity.ok) return { session, identity: identity.value };
      const again = identity.failure.retryable && identity.failure.code !== 'ECONNREFUSED' && attempt < defaultTries;
      if (!again) throw refused(connection.title, connection.address.baseUrl, identity.failure);
      await clock.sleep(backoffMs(attempt, random), session.stop.signal);
    }
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    throw new StoppedError(`${connection.title}: ${error.message}`, {
      code: error.reason === 'stopping' ? 'STOPPED' : 'WAIT_TOO_LONG',
      fix: 'Nothing was sent but the check of the credential. Run the command again later.',
      cause: error,
    });
  }
}

function refused(title: string, baseUrl: string, failure: Failure): CredentialError {
  const words =
    failure.phase !== 'answered'
      ? "can't be reached"
      : accusesCredential(failure)
        ? 'refuses the credential'
        : 'is in trouble';
  return new CredentialError(`${title} ${words}: ${failure.message}`, {
    where: baseUrl,
    code: failure.code,
    fix: failure.suggestedAction,
  });
}

function accusesCredential({ type, scope }: Failure): boolean {
  return scope === 'credential' || type === 'AUTH' || type === 'FORBIDDEN';
}

/** @throws {CredentialError} when the credentials now act for another tenant than the plan was made for. */
export function assertSameTenants(planned: RunRecord['services'], now: RunRecord['services']): void {
  for (const service of now) {
    const before = planned.find(({ provider }) => provider === service.provider);
    if (before === undefined || before.tenant === service.tenant) continue;
    throw new CredentialError(
      `The run was planned for ${service.title} ${before.tenant}, but the credential now acts for ${service.tenant}.`,
      { code: 'OTHER_TENANT', fix: 'Use the credential that the plan was made with, or plan again.' },
    );
  }
}
