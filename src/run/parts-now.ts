/**
 * What a row changes along with its target, as it is just before the write: guards were asked of what planning read, and
 * others may have added to it since. What takes its parts along for good is compared by {@link partChanges} instead.
 */
import type { Reader } from '../providers/http.js';
import type { BoundOperation, Change } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';
import type { FoundReading, Reading } from '../providers/target.js';
import { askPatiently } from './ask-patiently.js';
import type { FirstLook } from './check-first.js';
import type { Lane } from './lane.js';

type Row = readonly [entry: CatalogueEntry, bound: BoundOperation, lane: Lane, look: Pick<FirstLook, 'judgesParts'>];

/**
 * With all of it, also what is further below, where guards ask of that or it goes for good; as it is for other rows. Costs
 * nothing where the reading told all, as of a target that has nothing below it. What can't be read can't be judged:
 * unreadable.
 * @throws {HeldError} when the run is stopping.
 */
export async function withPartsNow(reader: Reader, reading: FoundReading, ...row: Row): Promise<Reading> {
  const [entry, , lane] = row;
  const { readParts } = lane.session.connection;
  const isAsked = (entry.risk === 'irreversible' && entry.takesAlong) || asksOfParts(reading, row);
  if (readParts === null || reading.partsTold === undefined || !isAsked) return reading;
  const { target, parts: told = [] } = reading;
  const patience = { random: lane.random, sleep: (ms: number) => lane.clock.sleep(ms, lane.stopSignal) };
  const parts = await askPatiently(() => readParts(reader, reader, target, told), patience);
  return parts.ok
    ? { ...reading, parts: parts.value }
    : { kind: 'unreadable', ref: reading.ref, failure: parts.failure };
}

/**
 * What others put below the target since the plan, and what they moved there to a place of its own. What is where the
 * target is goes with it as all that the plan showed; so does what a row above changed along.
 */
export function partsSince(reading: FoundReading, ...row: Row): Change[] {
  const [, , lane] = row;
  if (!asksOfParts(reading, row)) return [];
  const { target, parts = [] } = reading;
  const known = lane.knownPlaces(target.id);
  const changed = parts.filter((part) => {
    const was = known.get(part.id);
    return was === undefined || (was !== null && was !== (part.placeId ?? '') && part.placeId !== target.placeId);
  });
  if (changed.length === 0) return [];
  const ours = lane.thingsOfRows();
  return changed
    .filter(({ id }) => !ours.has(id))
    .map(({ id, title, placeId }) => {
      const was = known.get(id);
      return was === undefined
        ? { field: `subtask ${id}`, before: null, after: title }
        : { field: `subtask ${id} place`, before: was || null, after: placeId };
    });
}

function asksOfParts({ target }: FoundReading, [entry, bound, lane, { judgesParts }]: Row): boolean {
  const tellsAll = lane.session.connection.readParts !== null;
  return judgesParts && tellsAll && !entry.takesAlong && bound.reachesParts(target);
}
