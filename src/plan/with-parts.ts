/** Readings of targets with all that goes along with what rows do to them, for guards that ask of it. */
import type { Reading } from '../providers/target.js';
import { askPatiently } from '../run/ask-patiently.js';
import type { ForetellOptions } from './foretell-row.js';
import type { PlanningSession } from './planning-session.js';

/** As it is where no guard asks, or the row does not reach what is a part of its target. What can't be read can't be judged: unreadable. */
export async function withParts(
  reading: Reading,
  reachesParts: boolean,
  { connection, reader, partsReader, stop }: PlanningSession,
  { judgesParts, random, clock }: ForetellOptions,
): Promise<Reading> {
  const { readParts } = connection;
  if (!judgesParts || !reachesParts || readParts === null || reading.kind !== 'found') return reading;
  const sleep = (ms: number) => clock.sleep(ms, stop.signal);
  const parts = await askPatiently(() => readParts(partsReader, reader, reading.target), { random, sleep });
  return parts.ok
    ? { ...reading, parts: parts.value }
    : { kind: 'unreadable', ref: reading.ref, failure: parts.failure };
}
