import { type Failure, localFailure } from '../failure.js';
import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import type { Reading, TargetRef } from '../providers/target.js';
import { backoffMs } from './retry-policy.js';

export interface ReadingMeans {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly tries: number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
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
  const key = (ref: TargetRef) => `${ref.kind}:${ref.id}`;
  for (let attempt = 1; attempt <= means.tries; attempt++) {
    await readOnce(
      refs.filter((ref) => isOpen(found.get(key(ref)))),
      found,
      key,
      means,
    );
    if (refs.every((ref) => !isOpen(found.get(key(ref)))) || attempt === means.tries) break;
    await means.sleep(backoffMs(attempt, means.random));
  }
  return refs.map((ref) => found.get(key(ref)) ?? { kind: 'unreadable', ref, failure: unanswered });
}

/** One of them. @throws {HeldError} when the run is stopping. */
export async function readTarget(ref: TargetRef, means: LookUpMeans): Promise<Reading> {
  const [reading] = await readTargets([ref], means);
  return reading ?? { kind: 'unreadable', ref, failure: unanswered };
}

async function readOnce(
  refs: readonly TargetRef[],
  found: Map<string, Reading>,
  key: (ref: TargetRef) => string,
  { connection, reader }: LookUpMeans,
): Promise<void> {
  let open = refs;
  while (open.length > 0) {
    const readings = await connection.lookUp(reader, open);
    const told = new Map(readings.map((reading) => [key(reading.ref), reading]));
    for (const ref of open) {
      const reading = told.get(key(ref));
      if (reading !== undefined) found.set(key(ref), { ...reading, ref });
    }
    const [first] = open;
    if (first !== undefined && !told.has(key(first)))
      found.set(key(first), { kind: 'unreadable', ref: first, failure: unanswered });
    open = open.filter((ref) => ref !== first && !told.has(key(ref)));
  }
}

/** Worth another read: not read yet, or not readable for a passing reason. */
function isOpen(reading: Reading | undefined): boolean {
  return (
    reading === undefined ||
    (reading.kind === 'unreadable' && reading.failure.retryable && reading.failure.scope !== 'credential')
  );
}

const unanswered: Failure = localFailure(
  'UNKNOWN',
  'NOT_READ',
  'The service told nothing about the target.',
  'Try again; if it stays so, look at the target in the service.',
);
