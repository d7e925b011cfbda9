import { CredentialError, StoppedError, UsageError } from '../errors.js';
import type { Failure } from '../failure.js';
import { HeldError } from '../providers/http.js';
import type { Connection, Environment, Identity } from '../providers/provider.js';
import { createSecretRedactor } from '../redact.js';
import { isSameUser, type RunRecord, type RunSettings } from '../state/run-record.js';
import { failureLimitsOf, mostRowsTogether } from './breaker.js';
import { newMeter, type Session } from './lane.js';
import { type OpenedSession, openSession } from './open-session.js';
import { backoffMs, defaultTries } from './retry-policy.js';
import type { Runtime } from './runtime.js';

export interface Services {
  readonly sessions: readonly Session[];
  /** Who each credential acts for. */
  readonly identities: RunRecord['services'];
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

export type ServiceSettings = Pick<
  RunSettings,
  | 'allowNameSearch'
  | 'look'
  | 'requestsPerMinute'
  | 'concurrency'
  | 'pace'
  | 'timeoutMs'
  | 'giveUpAfterMs'
  | 'stopAfterFailed'
  | 'stopAfterPercent'
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
    return provider.connect(environment, {
      allowNameSearch: settings.allowNameSearch,
      readsEach: settings.look === 'each',
    });
  });
  const sessions: OpenedSession[] = [];
  const open = (connection: Connection): OpenedSession =>
    openSession(connection, {
      requestsPerMinute: settings.requestsPerMinute ?? connection.profile.requestsPerMinute,
      concurrency: settings.concurrency ?? connection.profile.concurrency,
      mostRowsTogether: mostRowsTogether(failureLimitsOf(settings)),
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
      control: runtime.control,
    });
  const close = async () => {
    await Promise.all(sessions.map((session) => session.close()));
  };
  try {
    for (const connection of connections) sessions.push(open(connection));
    const identities = await Promise.all(sessions.map((session) => identify(session, runtime)));
    return {
      sessions,
      identities: identities.map(({ session, identity }) => ({
        provider: session.connection.provider,
        title: session.connection.title,
        tenant: identity.tenant,
        tenantId: identity.tenantId,
        user: identity.user,
        ...(identity.userId === null ? {} : { userId: identity.userId }),
      })),
      warnings: identities.flatMap(({ session, identity }) =>
        [...identity.warnings, ...warnOfRate(session, settings.requestsPerMinute)].map(
          (warning) => `${session.connection.title}: ${warning}`,
        ),
      ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param asked null = nobody asked for a figure; 0 = for as much as there is. */
function warnOfRate({ connection, rates }: OpenedSession, asked: number | null): string[] {
  if (asked === null || rates.goal >= asked) return [];
  const source =
    rates.stated === null ? `the most it states: ${connection.profile.source}` : 'the limit that its answers state';
  const figures = `${asked} requests a minute were asked for; the run goes on at ${rates.goal}`;
  return [`${figures}, ${source.replace(/\.$/, '')}.`];
}

async function identify(
  session: OpenedSession,
  { clock, random }: Runtime,
): Promise<{ session: OpenedSession; identity: Identity }> {
  const { connection } = session;
  try {
    for (let attempt = 1; ; attempt++) {
      const identity = await connection.identify(session.reader(newMeter()));
      if (identity.ok) return { session, identity: identity.value };
      const again = identity.failure.retryable && identity.failure.code !== 'ECONNREFUSED' && attempt < defaultTries;
      if (!again) throw refused(connection, identity.failure);
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

/** How a service met the question for whom a credential acts, where it did not tell. */
export type Reception = 'unreachable' | 'refuses' | 'in-trouble';

export function receptionOf(failure: Failure): Reception {
  if (failure.phase !== 'answered') return 'unreachable';
  return accusesCredential(failure) ? 'refuses' : 'in-trouble';
}

const receptionWords: Readonly<Record<Reception, string>> = {
  unreachable: "can't be reached",
  refuses: 'refuses the credential',
  'in-trouble': 'is in trouble',
};

function refused({ title, address }: Connection, failure: Failure): CredentialError {
  return new CredentialError(`${title} ${receptionWords[receptionOf(failure)]}: ${failure.message}`, {
    // The address of a classic webhook holds its secret.
    where: createSecretRedactor(address.secrets)(address.baseUrl),
    code: failure.code,
    fix: failure.suggestedAction,
  });
}

function accusesCredential({ type, scope }: Failure): boolean {
  return scope === 'credential' || type === 'AUTH' || type === 'FORBIDDEN';
}

/** @throws {CredentialError} when the credentials now act for another tenant than the plan was made for. */
export function assertSameTenants(planned: RunRecord['services'], now: RunRecord['services']): void {
  const other = otherTenant(planned, now);
  if (other === null) return;
  const [before, service] = other;
  throw new CredentialError(
    `The run was planned for ${service.title} ${tenantText(before)}, but the credential now acts for ${tenantText(service)}.`,
    { code: 'OTHER_TENANT', fix: 'Use the credential that the plan was made with, or plan again.' },
  );
}

/** What the runs that are taken back acted for, by their ids; null for one that can't be read. */
export type UndoneServices = ReadonlyMap<string, RunRecord['services'] | null>;

/**
 * A line of an undo names things by their ids, which are others' in another tenant.
 * @throws {CredentialError} when the credentials act for another tenant than one of them.
 */
export function assertTenantsOfUndone(undone: UndoneServices, now: RunRecord['services']): void {
  for (const [run, services] of undone) {
    const other = otherTenant(services ?? [], now);
    if (other === null) continue;
    const [before, service] = other;
    throw new CredentialError(
      `Lines take back run ${run}, which was made for ${service.title} ${tenantText(before)}, but the credential acts for ${tenantText(service)}.`,
      { code: 'OTHER_TENANT', fix: 'Use a credential of the tenant that the run was made for.' },
    );
  }
}

/** What is to be told of runs that are taken back and can't be read: what guards their lines has nothing to go by. */
export function unreadUndone(undone: UndoneServices, stateDir: string): string[] {
  const runs = [...undone].flatMap(([run, services]) => (services === null ? [run] : []));
  if (runs.length === 0) return [];
  const more = runs.length > 3 ? ` and ${runs.length - 3} others` : '';
  return [
    `Lines take back run ${runs.slice(0, 3).join(', ')}${more}, of which nothing can be read in ${stateDir}: whether this is the tenant that it was made for can't be known. If its folder is elsewhere, name it: --state-dir DIR`,
  ];
}

/** The first service that is another tenant by now, as it was and as it is; null where there is none. */
function otherTenant(
  planned: RunRecord['services'],
  now: RunRecord['services'],
): readonly [before: RunRecord['services'][number], now: RunRecord['services'][number]] | null {
  for (const service of now) {
    const before = planned.find(({ provider }) => provider === service.provider);
    if (before === undefined) continue;
    // Plans of older versions have names only.
    const areSame =
      before.tenantId === undefined ? before.tenant === service.tenant : before.tenantId === service.tenantId;
    if (!areSame) return [before, service];
  }
  return null;
}

/** What is to be told where a credential acts as somebody else than the plan was made as: what they may do may differ. */
export function otherUsers({ plannedAtMs, services }: RunRecord, now: RunRecord['services']): string[] {
  if (plannedAtMs === null) return [];
  return now.flatMap((service) => {
    const before = services.find(({ provider }) => provider === service.provider);
    if (before === undefined || isSameUser(before, service)) return [];
    return [
      `${service.title}: planned as ${before.user}, executed as ${service.user}, who may be allowed less or more.`,
    ];
  });
}

/** With the id, where the name does not tell it. */
function tenantText({ tenant, tenantId }: RunRecord['services'][number]): string {
  return tenantId === undefined || tenantId === tenant ? tenant : `${tenant} (${tenantId})`;
}
