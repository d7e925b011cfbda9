/** Readings of targets with all that goes along when they are deleted, for guards that ask of it. */
import type { Reading } from '../providers/target.js';
import { askPatiently } from '../run/ask-patiently.js';
import type { WorkRow } from '../state/row-reads.js';
import type { ForetellOptions, PlanningSession } from './foretell-rows.js';

/** As it is where no guard asks, or nothing goes along. What can't be read can't be judged: unreadable. */
export async function withParts(
  reading: Reading,
  { provider, operation }: WorkRow,
  { connection, reader, partsReader, stop }: PlanningSession,
  { entry, judgesParts, random, clock }: ForetellOptions,
): Promise<Reading> {
  const { readParts } = connection;
  if (!judgesParts || readParts === null || reading.kind !== 'found') return reading;
  if (!entry(provider, operation).takesAlong) return reading;
  const sleep = (ms: number) => clock.sleep(ms, stop.signal);
  const parts = await askPatiently(() => readParts(partsReader, reader, reading.target), { random, sleep });
  return parts.ok
    ? { ...reading, parts: parts.value }
    : { kind: 'unreadable', ref: reading.ref, failure: parts.failure };
}
