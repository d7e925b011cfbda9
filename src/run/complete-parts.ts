/** Readings of targets before their writes, completed with what is further below: a single reading tells less than a plan may have seen. */

import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import type { Reading } from '../providers/target.js';
import { askPatiently, type Patience } from './ask-patiently.js';

export interface PartsMeans extends Patience {
  readonly connection: Pick<Connection, 'readParts'>;
  readonly reader: Reader;
}

/**
 * Costs nothing where the reading told all of it, as of a target that has nothing below it. What can't be read can't be
 * judged: unreadable.
 * @throws {HeldError} when the run is stopping.
 */
export async function completeParts(
  reading: Reading,
  { connection: { readParts }, reader, ...patience }: PartsMeans,
): Promise<Reading> {
  if (reading.kind !== 'found' || reading.partsTold === undefined || readParts === null) return reading;
  const { target, parts: told = [] } = reading;
  const parts = await askPatiently(() => readParts(reader, reader, target, told), patience);
  return parts.ok
    ? { ...reading, parts: parts.value }
    : { kind: 'unreadable', ref: reading.ref, failure: parts.failure };
}
