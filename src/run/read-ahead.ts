/**
 * Reads targets just before their writes, together with those that will be needed next: where a service reads a hundred
 * in one request, a hundred rows share it.
 */
import { type Reading, type TargetRef, targetKey } from '../providers/target.js';
import { type LookUpMeans, readTargets } from './read-target.js';

export interface ReadAhead {
  /** Tells which targets will be asked for, in that order. Memory holds no more than was told and not yet asked for. */
  expect(refs: readonly TargetRef[]): void;
  /** Tells that one of them will not be asked for. */
  forget(ref: TargetRef): void;
  /**
   * A reading that is at most `maxAgeMs` old. One for others that failed is none for this target: it is asked for anew.
   * @throws {HeldError} when the run is stopping.
   */
  read(ref: TargetRef, means: LookUpMeans, maxAgeMs: number): Promise<DatedReading>;
  /**
   * A reading that begins now, together with the others that are asked for in this turn of the event loop: rows whose
   * writes travelled together come into doubt together.
   * @throws {HeldError} when the run is stopping.
   */
  readNow(ref: TargetRef, means: LookUpMeans): Promise<Reading>;
}

export interface DatedReading {
  readonly reading: Reading;
  /** When it was asked for, by the clock that never jumps. */
  readonly atMs: number;
}

interface Asker {
  readonly ref: TargetRef;
  readonly means: LookUpMeans;
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: unknown) => void;
}

interface Shared {
  readonly readings: Promise<ReadonlyMap<string, Reading>>;
  readonly atMs: number;
}

/** @param nowMs a clock that never jumps. */
export function createReadAhead(provider: string, size: number, nowMs: () => number): ReadAhead {
  const expected = new Map<string, TargetRef>();
  /** By target; what was read with others waits here for its row. */
  const waiting = new Map<string, Shared>();
  const keyOf = (ref: TargetRef) => targetKey(provider, ref);

  const readGroup = (ref: TargetRef, means: LookUpMeans): Shared => {
    const group = [ref];
    for (const [key, next] of expected) {
      if (group.length >= size) break;
      if (key !== keyOf(ref) && !waiting.has(key)) group.push(next);
    }
    const readings = readTargets(group, means).then(
      (all) => new Map(all.map((reading) => [keyOf(reading.ref), reading] as const)),
    );
    const shared = { readings, atMs: nowMs() };
    for (const member of group) waiting.set(keyOf(member), shared);
    const drop = (key: string): boolean => waiting.get(key) === shared && waiting.delete(key);
    void readings.then(
      (all) => {
        for (const [key, { kind }] of all) if (kind === 'unreadable') drop(key);
      },
      () => {
        for (const member of group) drop(keyOf(member));
      },
    );
    return shared;
  };

  let askers: Asker[] = [];
  const answerAskers = (): void => {
    const all = askers;
    askers = [];
    for (let at = 0; at < all.length; at += size) void answerGroup(all.slice(at, at + size), keyOf);
  };

  return {
    readNow: (ref, means) =>
      new Promise((resolve, reject) => {
        if (askers.length === 0) setImmediate(answerAskers);
        askers.push({ ref, means, resolve, reject });
      }),
    expect: (refs) => {
      for (const ref of refs) expected.set(keyOf(ref), ref);
    },
    forget: (ref) => {
      const key = keyOf(ref);
      expected.delete(key);
      waiting.delete(key);
    },
    read: async (ref, means, maxAgeMs) => {
      const key = keyOf(ref);
      try {
        for (;;) {
          const known = waiting.get(key);
          const isOthers = known !== undefined && nowMs() - known.atMs <= maxAgeMs;
          const { readings, atMs } = isOthers ? known : readGroup(ref, means);
          const reading = (await readings).get(key);
          if (reading === undefined) throw new RangeError('a target was read with others and no reading came');
          // Each turn ends the one whose reading it was, so that this comes to an end.
          if (!isOthers || reading.kind !== 'unreadable') return { reading, atMs };
        }
      } finally {
        expected.delete(key);
        waiting.delete(key);
      }
    },
  };
}

async function answerGroup(group: readonly Asker[], keyOf: (ref: TargetRef) => string): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  try {
    const refs = new Map(group.map(({ ref }) => [keyOf(ref), ref]));
    const readings = await readTargets([...refs.values()], first.means);
    const byKey = new Map(readings.map((reading) => [keyOf(reading.ref), reading]));
    for (const { ref, resolve } of group) {
      const reading = byKey.get(keyOf(ref));
      if (reading === undefined) throw new RangeError('a target was asked for and no reading came');
      resolve(reading);
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
