import { type Failure, localFailure } from '../failure.js';
import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import type { Reading, TargetRef } from '../providers/target.js';
import type { Wanted } from '../providers/wanted.js';
import { backoffMs } from './retry-policy.js';

export interface ReadingMeans {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly tries: number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * So many readings in a row that failed for the service's trouble speak for the targets that were not asked for yet:
   * a service that is down is not asked for each of hundreds. Absent = each target is asked for.
   */
  readonly troubleInARow?: number;
  /** What is to be read in all; readings of it may come beside those that were asked for. Absent = the refs. */
  readonly wanted?: Wanted;
}

/** The part of a connection that is needed. */
export type LookUpMeans = Omit<ReadingMeans, 'connection'> & { readonly connection: Pick<Connection, 'lookUp'> };

/**
 * Reads targets, as many as were asked for, in the same order; what could not be read for a passing reason is asked for
 * again after a pause.
 * @throws {HeldError} when the run is stopping.
 */
export async function readTargets(refs: readonly TargetRef[], means: LookUpMeans): Promise<Reading[]> {
  const found = new Map<string, Reading>();
  for await (const readings of readInSteps(refs, means)) {
    for (const reading of readings) found.set(keyOf(reading.ref), reading);
  }
  return refs.map((ref) => found.get(keyOf(ref)) ?? { kind: 'unreadable', ref, failure: unanswered });
}

/**
 * The same as it comes: after each look at the service what that told for good, so that nothing of it is lost when the
 * next one fails. Each target is told of once.
 * @throws {HeldError} when the run is stopping.
 */
export async function* readInSteps(
  refs: readonly TargetRef[],
  means: LookUpMeans,
): AsyncGenerator<readonly Reading[], void, undefined> {
  let open = refs;
  const done = new Set<string>();
  for (let attempt = 1; open.length > 0; attempt++) {
    const again = new Map<string, TargetRef>();
    let inARow = 0;
    while (open.length > 0) {
      const { told, beside } = await lookOnce(open, means);
      open = open.filter((ref) => !told.has(keyOf(ref)));
      const isFinal = (reading: Reading) => attempt >= means.tries || !isPassing(reading);
      const readings = [...told.values()];
      for (const reading of readings) inARow = isTrouble(reading) ? inARow + 1 : 0;
      const last = readings.at(-1);
      if (inARow >= (means.troubleInARow ?? Number.POSITIVE_INFINITY) && last?.kind === 'unreadable') {
        readings.push(...open.map((ref) => ({ ...last, ref })));
        open = [];
      }
      for (const reading of readings) if (!isFinal(reading)) again.set(keyOf(reading.ref), reading.ref);
      // Pages tell of the same target again, as long as the plan does not know it.
      const final = [...readings.filter(isFinal), ...beside].filter(({ ref }) => !done.has(keyOf(ref)));
      for (const { ref } of final) {
        done.add(keyOf(ref));
        again.delete(keyOf(ref));
      }
      if (final.length > 0) yield final;
    }
    if (again.size === 0) return;
    await means.sleep(backoffMs(attempt, means.random));
    open = [...again.values()];
  }
}

/** One of them. @throws {HeldError} when the run is stopping. */
export async function readTarget(ref: TargetRef, means: LookUpMeans): Promise<Reading> {
  const [reading] = await readTargets([ref], means);
  return reading ?? { kind: 'unreadable', ref, failure: unanswered };
}

interface Look {
  /** Of the refs, by their keys. */
  readonly told: ReadonlyMap<string, Reading>;
  /** Found of what else is wanted. */
  readonly beside: readonly Reading[];
}

/** What one look tells: of the first ref at least, or of something else that is wanted. */
async function lookOnce(refs: readonly TargetRef[], { connection, reader, wanted }: LookUpMeans): Promise<Look> {
  const readings = await connection.lookUp(reader, refs, wanted);
  const byKey = new Map(readings.map((reading) => [keyOf(reading.ref), reading]));
  const told = new Map<string, Reading>();
  for (const ref of refs) {
    const reading = byKey.get(keyOf(ref));
    if (reading === undefined) continue;
    told.set(keyOf(ref), { ...reading, ref });
    byKey.delete(keyOf(ref));
  }
  const beside = wanted === undefined ? [] : [...byKey.values()].filter(({ kind }) => kind === 'found');
  const [first] = refs;
  if (told.size + beside.length === 0 && first !== undefined) {
    told.set(keyOf(first), { kind: 'unreadable', ref: first, failure: unanswered });
  }
  return { told, beside };
}

function keyOf({ kind, id }: TargetRef): string {
  return `${kind}:${id}`;
}

/** Not readable for a reason that may pass. */
function isPassing(reading: Reading): boolean {
  return reading.kind === 'unreadable' && reading.failure.retryable && reading.failure.scope !== 'credential';
}

function isTrouble(reading: Reading): boolean {
  return isPassing(reading) && reading.kind === 'unreadable' && reading.failure.scope === 'service';
}

const unanswered: Failure = localFailure(
  'UNKNOWN',
  'NOT_READ',
  'The service told nothing about the target.',
  'Try again; if it stays so, look at the target in the service.',
);
