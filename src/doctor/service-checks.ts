/** Asks a service for whom the credential acts, and reads from the answers what else is worth knowing. Changes nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusyError, CredentialError, StateError } from '../errors.js';
import type { Failure, Result } from '../failure.js';
import { HeldError } from '../providers/http.js';
import type { Connection, Identity, Provider } from '../providers/provider.js';
import { newMeter } from '../run/lane.js';
import { receptionOf } from '../run/open-services.js';
import { type OpenedSession, openSession } from '../run/open-session.js';
import type { RunEvents } from '../run/run-events.js';
import type { Runtime } from '../run/runtime.js';
import { type Check, type CheckGroup, failed, passed, skipped, warned } from './check.js';
import { checkClock, clockSkewMs } from './clock-check.js';
import { checkLimits, type LimitsInForce } from './limits-check.js';

/** What was found out about a service beside the checks. */
export interface ServiceFacts {
  readonly provider: string;
  readonly title: string;
  /** Whether any of its variables is set. */
  readonly configured: boolean;
  readonly user: string | null;
  /** Organisation, workspace or portal. */
  readonly tenant: string | null;
  readonly limits: LimitsInForce;
  readonly roundTripMs: number | null;
  /** How far the local clock is ahead of the service's. */
  readonly clockSkewMs: number | null;
}

export interface ServiceFindings {
  readonly group: CheckGroup;
  readonly facts: ServiceFacts;
}

/** A pause that a service asks for longer than this is told, and not waited for. */
const longestPauseMs = 5_000;

export async function checkService(provider: Provider, runtime: Runtime, timeoutMs: number): Promise<ServiceFindings> {
  const { name, title, profile, variables } = provider;
  const bare: ServiceFacts = {
    provider: name,
    title,
    configured: true,
    user: null,
    tenant: null,
    limits: { ...profile, stated: null, inForce: profile.requestsPerMinute },
    roundTripMs: null,
    clockSkewMs: null,
  };
  const given = variables.filter((variable) => (runtime.environment[variable.name] ?? '').trim() !== '');
  if (given.length === 0) {
    const names = variables.map((variable) => `${variable.name}${variable.required ? '' : ' (optional)'}`);
    const check = skipped('settings', `Not configured: none of ${names.join(', ')} is set.`);
    return { group: { name, title, checks: [check] }, facts: { ...bare, configured: false } };
  }
  let connection: Connection;
  try {
    connection = provider.connect(runtime.environment, { allowNameSearch: false });
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const message = error.message.replace(`${title} can't be reached: `, '');
    return { group: { name, title, checks: [failed('settings', message, error.fix)] }, facts: bare };
  }
  const host = new URL(connection.address.baseUrl).host;
  const names = given.map((variable) => variable.name);
  const unused = given.flatMap(({ name: one, unusedBeside: used }) =>
    used !== undefined && names.includes(used) ? [`${used} is used; ${one} is not used beside it.`] : [],
  );
  const settings = passed('settings', [`${names.join(', ')}; requests go to ${host}.`, ...unused].join(' '));
  let asked: Asked;
  try {
    asked = await ask(connection, runtime, timeoutMs);
  } catch (error) {
    if (!(error instanceof BusyError)) throw error;
    const check = failed('limits', error.message, error.fix);
    return { group: { name, title, checks: [settings, check] }, facts: bare };
  }
  const { stated, inForce, roundTripMs, skewMs } = asked;
  const limits: LimitsInForce = { ...connection.profile, stated, inForce };
  const identity = asked.result?.ok === true ? asked.result.value : null;
  const checks = [settings, ...checksOfAnswer(asked, title, host)];
  if (roundTripMs !== null) checks.push(checkLimits(limits, roundTripMs), checkClock(skewMs, title));
  return {
    group: { name, title, checks },
    facts: {
      ...bare,
      limits,
      roundTripMs,
      clockSkewMs: skewMs,
      user: identity?.user ?? null,
      tenant: identity?.tenant ?? null,
    },
  };
}

interface Asked {
  /** Null when the service asked for a pause instead of answering, or everything is being stopped. */
  readonly result: Result<Identity> | null;
  /** Why there is no result. */
  readonly held: HeldError | null;
  readonly stated: number | null;
  readonly inForce: number;
  /** The shortest of the requests; null when nothing came back. */
  readonly roundTripMs: number | null;
  readonly skewMs: number | null;
}

async function ask(connection: Connection, runtime: Runtime, timeoutMs: number): Promise<Asked> {
  let roundTripMs: number | null = null;
  let skewMs: number | null = null;
  const { session, close } = openWith(connection, runtime, timeoutMs, ({ outcome, durationMs }) => {
    if (outcome.kind === 'loss') return;
    roundTripMs = Math.min(roundTripMs ?? Number.POSITIVE_INFINITY, Math.round(durationMs));
    const sighting = { date: outcome.headers.date, nowMs: runtime.clock.now(), roundTripMs: durationMs };
    skewMs = clockSkewMs(sighting) ?? skewMs;
  });
  let result: Result<Identity> | null = null;
  let held: HeldError | null = null;
  try {
    result = await connection.identify(session.reader(newMeter()));
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    held = error;
  } finally {
    await close();
  }
  return { result, held, stated: session.rates.stated, inForce: session.rates.goal, roundTripMs, skewMs };
}

/** Its requests count like those of a run; where they can't be counted, the check of the folder says so, not this one. */
function openWith(
  connection: Connection,
  runtime: Runtime,
  timeoutMs: number,
  onRequest: NonNullable<RunEvents['request']>,
): { readonly session: OpenedSession; close(): Promise<void> } {
  const open = (budgetDir: string) =>
    openSession(connection, {
      requestsPerMinute: connection.profile.requestsPerMinute,
      concurrency: connection.profile.concurrency,
      windowMs: runtime.windowMs,
      pace: 'window',
      timeoutMs,
      giveUpAfterMs: longestPauseMs,
      budgetDir,
      userAgent: `taskbatch/${runtime.version}`,
      clock: runtime.clock,
      stopSignal: runtime.stopSignal,
      killSignal: runtime.killSignal,
      events: { request: onRequest },
      control: runtime.control,
    });
  try {
    const session = open(runtime.budgetDir);
    return { session, close: session.close };
  } catch (error) {
    // Another process has the count locked: it is sending, and what is not counted would come on top of that.
    if (!(error instanceof StateError)) throw error;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'taskbatch-doctor-'));
  const session = open(scratch);
  const close = async () => {
    await session.close();
    rmSync(scratch, { recursive: true, force: true });
  };
  return { session, close };
}

function checksOfAnswer({ result, held, roundTripMs }: Asked, title: string, host: string): Check[] {
  const reached = passed('reachable', `It answers in ${roundTripMs ?? 0} ms.`);
  if (result === null) {
    const isStopping = held?.reason === 'stopping';
    return isStopping
      ? [skipped('reachable', 'Stopped before there was an answer.')]
      : [
          warned(
            'reachable',
            `${title} asks for a pause: ${held?.message ?? ''}`,
            'Try again later; others may use the same credential.',
          ),
        ];
  }
  if (!result.ok) return failureChecks(result.failure, reached, host);
  const { user, tenant, warnings } = result.value;
  return [
    reached,
    passed('credential', `It acts for ${user} in ${tenant}.`),
    ...warnings.map((warning) => warned('credential', warning, null)),
  ];
}

function failureChecks(failure: Failure, reached: Check, host: string): Check[] {
  const { message, suggestedAction } = failure;
  switch (receptionOf(failure)) {
    case 'unreachable':
      return [
        failed('reachable', `Nobody is reached at ${host}. ${message}`, suggestedAction),
        skipped('credential', 'Nobody answered.'),
      ];
    case 'in-trouble':
      return [
        failed('reachable', `The service is in trouble. ${message}`, suggestedAction),
        skipped('credential', 'The service did not say for whom it acts.'),
      ];
    case 'refuses':
      return [reached, failed('credential', `It is refused. ${message}`, suggestedAction)];
  }
}
