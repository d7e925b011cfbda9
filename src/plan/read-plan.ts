/**
 * Planning's look at the service: every target is read and its row's outcome foretold. It gets readers only, objects
 * that can't write. What it learnt is stored as it goes, so that interrupted planning goes on where it was.
 */
import PQueue from 'p-queue';
import type { Clock } from '../clock.js';
import { CredentialError, StoppedError } from '../errors.js';
import type { Failure } from '../failure.js';
import type { TaskGuard } from '../job/task-guard.js';
import type { JsonObject, JsonValue } from '../json.js';
import { HeldError, type Reader } from '../providers/http.js';
import type { BoundOperation, Change } from '../providers/operation.js';
import type { CatalogueEntry, Connection } from '../providers/provider.js';
import { type Reading, type TargetRef, targetKey } from '../providers/target.js';
import { createBreaker } from '../run/breaker.js';
import { readTargets } from '../run/read-target.js';
import { defaultTries } from '../run/retry-policy.js';
import { blockedResult, failedResult, type RowEnd, skippedResult } from '../run/row-end.js';
import type { RunEvents } from '../run/run-events.js';
import { snapshotOf } from '../run/snapshot.js';
import { writeReading } from '../state/plan-writes.js';
import { unreadRows, type WorkRow } from '../state/row-reads.js';
import { type RowResult, writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';

/** A service as planning sees it: no way to write. */
export interface PlanningSession {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly concurrency: number;
  readonly stop: AbortController;
}

export interface ReadPlanOptions {
  readonly database: RunDatabase;
  readonly sessions: readonly PlanningSession[];
  readonly entry: (provider: string, operation: string) => CatalogueEntry;
  /** Rows whose live task it refuses are blocked; null = no such rules. */
  readonly guard: TaskGuard | null;
  readonly missing: 'fail' | 'skip';
  /** Whether the target is kept whole; null = for operations that can't be taken back by the service's own means. */
  readonly snapshot: boolean | null;
  readonly clock: Clock;
  readonly random: () => number;
  readonly events: RunEvents;
}

/** What a row comes to in the plan; `do` stays pending. `store` keeps what was read of its target. */
type Foretold =
  | { readonly kind: 'do'; readonly store: () => void }
  | { readonly kind: 'end'; readonly result: RowResult; readonly store: () => void };

/**
 * Reads what is not read yet.
 * @returns whether the run was stopped from outside before the end.
 * @throws {CredentialError} when the credential is refused. @throws {StoppedError} when the service is in trouble.
 */
export async function readPlan(options: ReadPlanOptions): Promise<{ interrupted: boolean }> {
  const outcomes = await Promise.allSettled(options.sessions.map((session) => readService(session, options)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return { interrupted: options.sessions.some(({ stop }) => stop.signal.aborted) };
}

async function readService(session: PlanningSession, options: ReadPlanOptions): Promise<void> {
  const { database, events } = options;
  const { connection, stop } = session;
  const queue = new PQueue({ concurrency: session.concurrency });
  const breaker = createBreaker();
  let broken: { readonly error: unknown } | null = null;
  const breakDown = (error: unknown): void => {
    broken ??= { error };
    stop.abort();
  };
  const work = async (rows: readonly WorkRow[]): Promise<void> => {
    if (stop.signal.aborted) return;
    try {
      const foretold = await foretellRows(rows, session, options);
      database.transaction(() => {
        for (const [row, what] of foretold) {
          what.store();
          if (what.kind === 'end') writeRowResult(database, row.number, 'planned-out', what.result);
        }
      });
      for (const [row, what] of foretold) {
        const { number, line, provider, operation } = row;
        const failure = what.kind === 'end' && what.result.to === 'failed' ? what.result.failure : null;
        const end: RowEnd | null =
          what.kind === 'do' ? null : { kind: 'ended', event: 'planned-out', result: what.result, failure };
        events.row?.({ number, line, provider, operation, end });
        const trouble = breaker.record(failure?.scope === 'service' ? failure.type : null);
        if (trouble !== null) throw serviceTrouble(connection, trouble, failure);
      }
    } catch (error) {
      if (!(error instanceof HeldError)) breakDown(error);
      else if (error.reason === 'wait-too-long') breakDown(waitTooLong(connection, error));
    }
  };
  for (const rows of unreadBatches(database, connection)) {
    await queue.onSizeLessThan(session.concurrency);
    if (stop.signal.aborted) break;
    void queue.add(() => work(rows));
  }
  await queue.onIdle();
  if (broken !== null) throw thrownOf(broken);
}

function thrownOf(broken: { readonly error: unknown }): unknown {
  return broken.error;
}

function* unreadBatches(database: RunDatabase, connection: Connection): Generator<readonly WorkRow[]> {
  let after = 0;
  for (;;) {
    const rows = unreadRows(database, connection.provider, after, 200);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.number;
    for (let at = 0; at < rows.length; at += connection.lookUpSize) yield rows.slice(at, at + connection.lookUpSize);
  }
}

async function foretellRows(
  rows: readonly WorkRow[],
  session: PlanningSession,
  options: ReadPlanOptions,
): Promise<ReadonlyArray<readonly [WorkRow, Foretold]>> {
  const { connection, reader, stop } = session;
  const foretold: [WorkRow, Foretold][] = [];
  // Whose ids are not known yet is looked at when they are, just before the write.
  for (const row of rows) if (row.template !== null) foretold.push([row, { kind: 'do', store: nothing }]);
  const bound = rows
    .filter(({ template }) => template === null)
    .map((row) => ({ row, operation: connection.bind(row.operation, row.args) }));
  const refs = new Map<string, TargetRef>();
  for (const { operation } of bound) {
    if (operation.target !== null) refs.set(targetKey(connection.provider, operation.target), operation.target);
  }
  const readings = await readTargets([...refs.values()], {
    connection,
    reader,
    tries: defaultTries,
    random: options.random,
    sleep: (ms) => options.clock.sleep(ms, stop.signal),
  });
  const readAtMs = options.clock.now();
  const byKey = new Map(readings.map((reading) => [targetKey(connection.provider, reading.ref), reading]));
  for (const { row, operation } of bound) {
    const reading =
      operation.target === null ? null : (byKey.get(targetKey(connection.provider, operation.target)) ?? null);
    const prepared =
      reading?.kind === 'found' || reading === null ? await operation.prepare(reader, reading?.target ?? null) : null;
    const what =
      prepared !== null && !prepared.ok
        ? endWith(prepared.failure, options)
        : reading === null
          ? { kind: 'do' as const, result: null }
          : foretell(row, operation, reading, prepared?.value ?? {}, options);
    foretold.push([row, { ...what, store: () => keepReading(row, reading, readAtMs, what, options) }]);
  }
  return foretold;
}

function nothing(): void {}

/** What a target foretells of its row. */
type Outlook =
  | {
      readonly kind: 'do';
      readonly result: null;
      readonly prepared?: JsonObject;
      readonly changes?: readonly Change[];
      /** The target whole, where it is kept. */
      readonly raw?: JsonValue | null;
    }
  | { readonly kind: 'end'; readonly result: RowResult };

function foretell(
  row: WorkRow,
  operation: BoundOperation,
  reading: Reading,
  prepared: JsonObject,
  options: ReadPlanOptions,
): Outlook {
  const nowMs = options.clock.now();
  if (reading.kind === 'unreadable') return endWith(reading.failure, options);
  if (reading.kind === 'absent') {
    if (options.missing === 'fail') return endWith(reading.failure, options);
    return { kind: 'end', result: skippedResult(`${reading.failure.message} (missing: skip)`, nowMs, 0) };
  }
  const refused = options.guard?.(reading.target) ?? null;
  if (refused !== null) return { kind: 'end', result: blockedResult(refused, nowMs, 0) };
  const prediction = operation.predict(reading.target, prepared);
  if (prediction.kind === 'will-fail') return endWith(prediction.failure, options);
  if (prediction.kind === 'nothing-to-do') {
    // As good as done for rows that wait for it.
    return { kind: 'end', result: { ...skippedResult(prediction.reason, nowMs, 0), outcome: 'already' } };
  }
  const snapshot = snapshotOf(reading.raw, options.entry(row.provider, row.operation), options.snapshot);
  if (snapshot.kind === 'refused') return { kind: 'end', result: blockedResult(snapshot.failure, nowMs, 0) };
  return { kind: 'do', result: null, prepared, changes: prediction.changes, raw: snapshot.raw };
}

/** Rows that will not be done keep what was seen too: the plan tells of it. */
function keepReading(
  row: WorkRow,
  reading: Reading | null,
  readAtMs: number,
  outlook: Outlook,
  options: ReadPlanOptions,
): void {
  if (reading?.kind !== 'found') return;
  const willDo = outlook.kind === 'do';
  writeReading(options.database, {
    number: row.number,
    readAtMs,
    view: reading.target,
    prepared: (willDo ? outlook.prepared : undefined) ?? {},
    changes: (willDo ? outlook.changes : undefined) ?? [],
    raw: (willDo ? outlook.raw : undefined) ?? null,
  });
}

function endWith(failure: Failure, options: ReadPlanOptions): Outlook {
  if (failure.scope === 'credential') {
    throw new CredentialError(failure.message, { code: failure.code, fix: failure.suggestedAction });
  }
  return { kind: 'end', result: failedResult(failure, options.clock.now(), 0) };
}

function serviceTrouble(connection: Connection, trouble: string, failure: Failure | null): StoppedError {
  return new StoppedError(
    `${connection.title} is in trouble: ${trouble}.${failure === null ? '' : ` The last one: ${failure.message}`}`,
    {
      code: 'SERVICE_TROUBLE',
      fix: 'Nothing was changed. Wait until the service is well.',
    },
  );
}

export function waitTooLong(connection: Connection, error: HeldError): StoppedError {
  return new StoppedError(`${connection.title}: ${error.message}`, {
    code: 'WAIT_TOO_LONG',
    fix: 'Nothing was changed. Go on later, or allow longer waits with --give-up-after.',
    cause: error,
  });
}
