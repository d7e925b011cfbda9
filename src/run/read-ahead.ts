/**
 * Reads targets just before their writes, together with those that will be needed next: where a service reads a hundred
 * in one request, a hundred rows share it.
 */
import { type Reading, type TargetRef, targetKey } from '../providers/target.js';
import { type LookUpMeans, readTargets } from './read-target.js';

export interface ReadAhead {
  /** Tells which targets will be asked for, in that order. Memory holds no more than was told and not yet asked for. */
  expect(refs: readonly TargetRef[]): void;
  /**
   * A reading that is at most `maxAgeMs` old.
   * @throws {HeldError} when the run is stopping.
   */
  read(ref: TargetRef, means: LookUpMeans, maxAgeMs: number): Promise<Reading>;
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
    return shared;
  };

  return {
    expect: (refs) => {
      for (const ref of refs) expected.set(keyOf(ref), ref);
    },
    read: async (ref, means, maxAgeMs) => {
      const key = keyOf(ref);
      const known = waiting.get(key);
      const shared = known !== undefined && nowMs() - known.atMs <= maxAgeMs ? known : readGroup(ref, means);
      expected.delete(key);
      try {
        const reading = (await shared.readings).get(key);
        if (reading !== undefined) return reading;
      } finally {
        if (waiting.get(key) === shared) waiting.delete(key);
      }
      const [own] = await readTargets([ref], means);
      if (own === undefined) throw new RangeError('a target was asked for and no reading came');
      return own;
    },
  };
}
