/**
 * Targets as they were before the run. Tasks of one service are alike in all but their contents, so each is compressed
 * with a dictionary: the first two of its operation, with what the reading says of this one (its id, its title, its times)
 * in the places where they say it of themselves, and its row's own cells. Of some 1,700 bytes of a small task 30 are left.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { StateError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { RunDatabase } from './run-database.js';
import { type StoredView, seenNames } from './stored-views.js';
import { bytesColumn, numberColumn, textColumn } from './values.js';

/** What a snapshot's row tells of it. */
export interface SnapshotRow {
  readonly kind: number;
  /** As JSON text. */
  readonly cells: string;
}

/** What a `reading` says of its target that is not the same for others, as far as that is kept apart. */
export type OwnValues = Pick<StoredView, 'created' | 'updated' | 'due'> & {
  readonly id: string | null;
  /** As it stands in JSON, without the quotation marks. */
  readonly title: string | null;
};

/** Bytes that are kept as characters, so that texts may be cut anywhere. */
type Bytes = string;

interface Dictionary {
  /** Of the row's operation; below zero where the first two texts of it and the row's cells are in it. */
  readonly id: number;
  /** A control character, which no JSON text contains as such, is a place for the value of that number, from 1. */
  readonly body: Bytes;
}

/** Deflate looks back 32 KB at most: room for both and the cells, and for what is compressed to begin with. */
const mostTextBytes = 12 * 1_024;
const mostCellsBytes = 4 * 1_024;
const mostValueBytes = 256;
/** Shorter ones stand in many places that say something else. */
const fewestValueBytes = 4;

/** Of a `reading`, for a query that joins `snapshot`, where earlier versions have it. */
export const keptBody = 'coalesce(reading.snapshot, snapshot.body)';

/** What that is compressed with; null where it was compressed by itself. */
export const keptDictionary = `CASE WHEN reading.snapshot IS NULL THEN snapshot.dictionary ELSE reading.dictionary END`;

const keptOfRow = `SELECT ${keptBody} AS body, ${keptDictionary} AS dictionary, source.cells, ${seenNames},
    reading.created, reading.updated, reading.due
  FROM source LEFT JOIN reading ON reading.number = source.number
  LEFT JOIN snapshot ON snapshot.number = source.number WHERE source.number = ?`;

/** The columns of a `reading` that hold its snapshot. */
export interface PackedSnapshot {
  readonly dictionary: number;
  readonly body: Uint8Array;
}

/**
 * Within the transaction in which the reading is written.
 * @param seen what that says, as it is read there: the snapshot can be read only beside it.
 */
export function packSnapshot(
  database: RunDatabase,
  { kind, cells }: SnapshotRow,
  seen: OwnValues,
  raw: JsonValue,
): PackedSnapshot {
  const text = Buffer.from(JSON.stringify(raw));
  const values = valuesOf(seen);
  const dictionary = dictionaryFor(database, kind, text, values);
  return { dictionary: dictionary.id, body: deflateRawSync(text, { dictionary: filled(dictionary, values, cells) }) };
}

/**
 * The target as it was before the run; null when none was kept.
 * @throws {StateError} when what was kept can't be read any more.
 */
export function readSnapshot(database: RunDatabase, number: number): JsonValue | null {
  const row = database.prepare(keptOfRow).get(number);
  const body = bytesColumn(row, 'body');
  if (body === null) return null;
  // Those of the earliest versions have none.
  const dictionary = findDictionary(database, numberColumn(row, 'dictionary') ?? 0);
  try {
    const cells = textColumn(row, 'cells') ?? '';
    const options = dictionary === null ? {} : { dictionary: filled(dictionary, valuesOf(ownValues(row)), cells) };
    return JSON.parse(inflateRawSync(body, options).toString());
  } catch (cause) {
    throw new StateError(`What was kept of the target of row ${number} is damaged.`, {
      where: database.path,
      code: 'DAMAGED_SNAPSHOT',
      fix: "Restore the file from a copy. Without it the row can't be taken back: look at the target in the service.",
      cause,
    });
  }
}

/** The same, with damage as a value. */
export function keptSnapshot(
  database: RunDatabase,
  number: number,
): { readonly raw: JsonValue | null } | { readonly damage: string } {
  try {
    return { raw: readSnapshot(database, number) };
  } catch (error) {
    if (error instanceof StateError && error.code === 'DAMAGED_SNAPSHOT') return { damage: error.message };
    throw error;
  }
}

function ownValues(row: unknown): OwnValues {
  return {
    id: textColumn(row, 'id'),
    title: textColumn(row, 'title'),
    created: numberColumn(row, 'created'),
    updated: numberColumn(row, 'updated'),
    due: numberColumn(row, 'due'),
  };
}

/** As services write them: times as a text, or in ms. */
function valuesOf({ id, title, created, updated, due }: OwnValues): readonly Bytes[] {
  const names = [title, id].map((name) =>
    Buffer.from(name ?? '')
      .subarray(0, mostValueBytes)
      .toString('latin1'),
  );
  const times = [created, updated, due].flatMap((ms) =>
    ms === null ? ['', ''] : [new Date(ms).toISOString(), `${ms}`],
  );
  return [...names, ...times];
}

function withPlaces(text: Bytes, values: readonly Bytes[]): Bytes {
  return values.reduce(
    (rest, value, index) => (value.length < fewestValueBytes ? rest : rest.replaceAll(value, placeOf(index))),
    text,
  );
}

/** What a manifest tells of a target is in its text too. */
function filled({ id, body }: Dictionary, values: readonly Bytes[], cells: string): Uint8Array {
  const texts = Buffer.from(
    values.reduce((rest, value, index) => rest.replaceAll(placeOf(index), () => value), body),
    'latin1',
  );
  return id < 0 ? Buffer.concat([texts, Buffer.from(cells).subarray(0, mostCellsBytes)]) : texts;
}

function placeOf(index: number): Bytes {
  return String.fromCharCode(index + 1);
}

/** That of the row's operation: its first two texts become it, each in the same transaction as its snapshot. */
function dictionaryFor(database: RunDatabase, kind: number, text: Buffer, values: readonly Bytes[]): Dictionary {
  const full = findDictionary(database, -kind);
  if (full !== null) return full;
  const body = withPlaces(text.subarray(0, mostTextBytes).toString('latin1'), values);
  const first = findDictionary(database, kind);
  // The text at the end is the one that is found soonest.
  return first === null ? addDictionary(database, kind, body) : addDictionary(database, -kind, body + first.body);
}

function findDictionary(database: RunDatabase, id: number): Dictionary | null {
  const { dictionaries } = database.known;
  const known = dictionaries.get(id);
  if (known !== undefined) return { id, body: known };
  const kept = bytesColumn(database.prepare('SELECT body FROM snapshot_dictionary WHERE id = ?').get(id), 'body');
  if (kept === null) return null;
  const body = Buffer.from(kept).toString('latin1');
  dictionaries.set(id, body);
  return { id, body };
}

function addDictionary(database: RunDatabase, id: number, body: Bytes): Dictionary {
  database.prepare('INSERT INTO snapshot_dictionary (id, body) VALUES (?, ?)').run(id, Buffer.from(body, 'latin1'));
  return { id, body };
}
