/**
 * Targets as they were before the run. Tasks of one service are alike in all but their contents, so each is compressed
 * with the first two of its operation and its row's own cells as the dictionary: of some 1,200 bytes of a small task a
 * twentieth is left, not half.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { StateError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { RunDatabase } from './run-database.js';
import { bytesColumn, numberColumn, textColumn } from './values.js';

/** What a snapshot's row tells of it. */
export interface SnapshotRow {
  readonly number: number;
  readonly kind: number;
  /** As JSON text. */
  readonly cells: string;
}

interface Dictionary {
  /** Of the row's operation; below zero where the first two texts of it and the row's cells are in it. */
  readonly id: number;
  readonly body: Uint8Array;
}

/** Deflate looks back 32 KB at most: room for both and the cells, and for what is compressed to begin with. */
const mostTextBytes = 12 * 1_024;
const mostCellsBytes = 4 * 1_024;

/** Within the caller's transaction. */
export function writeSnapshot(database: RunDatabase, { number, kind, cells }: SnapshotRow, raw: JsonValue): void {
  const text = Buffer.from(JSON.stringify(raw));
  const dictionary = dictionaryFor(database, kind, cells, text);
  database
    .prepare('INSERT OR REPLACE INTO snapshot (number, body, dictionary) VALUES (?, ?, ?)')
    .run(number, deflateRawSync(text, { dictionary: dictionary.body }), dictionary.id);
}

/**
 * The target as it was before the run; null when none was kept.
 * @throws {StateError} when what was kept can't be read any more.
 */
export function readSnapshot(database: RunDatabase, number: number): JsonValue | null {
  const row = database
    .prepare(
      `SELECT snapshot.body AS body, snapshot_dictionary.id AS id, snapshot_dictionary.body AS dictionary, source.cells
       FROM snapshot LEFT JOIN snapshot_dictionary ON snapshot_dictionary.id = snapshot.dictionary
       LEFT JOIN source ON source.number = snapshot.number WHERE snapshot.number = ?`,
    )
    .get(number);
  const body = bytesColumn(row, 'body');
  if (body === null) return null;
  // Runs of earlier versions have none, or none with cells.
  const kept = bytesColumn(row, 'dictionary');
  const id = numberColumn(row, 'id') ?? 0;
  const dictionary =
    kept !== null && id < 0 ? withCells({ id, body: kept }, textColumn(row, 'cells') ?? '').body : kept;
  try {
    return JSON.parse(inflateRawSync(body, dictionary === null ? {} : { dictionary }).toString('utf8'));
  } catch (cause) {
    throw new StateError(`What was kept of the target of row ${number} is damaged.`, {
      where: database.path,
      code: 'DAMAGED_SNAPSHOT',
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

/**
 * That of the row's operation: its first two texts become it, each in the same transaction as its snapshot.
 */
function dictionaryFor(database: RunDatabase, kind: number, cells: string, text: Uint8Array): Dictionary {
  const full = findDictionary(database, -kind);
  if (full !== null) return withCells(full, cells);
  const first = findDictionary(database, kind);
  if (first === null) return addDictionary(database, kind, text.subarray(0, mostTextBytes));
  // The text at the end is the one that is found soonest.
  const both = Buffer.concat([text.subarray(0, mostTextBytes), first.body.subarray(0, mostTextBytes)]);
  return withCells(addDictionary(database, -kind, both), cells);
}

/** What a manifest tells of a target, which is an id and a name in most, is in its text too. */
function withCells(dictionary: Dictionary, cells: string): Dictionary {
  const own = Buffer.from(cells).subarray(0, mostCellsBytes);
  return { ...dictionary, body: Buffer.concat([dictionary.body, own]) };
}

function findDictionary(database: RunDatabase, id: number): Dictionary | null {
  const { dictionaries } = database.known;
  const known = dictionaries.get(id);
  if (known !== undefined) return { id, body: known };
  const body = bytesColumn(database.prepare('SELECT body FROM snapshot_dictionary WHERE id = ?').get(id), 'body');
  if (body === null) return null;
  dictionaries.set(id, body);
  return { id, body };
}

function addDictionary(database: RunDatabase, id: number, body: Uint8Array): Dictionary {
  database.prepare('INSERT INTO snapshot_dictionary (id, body) VALUES (?, ?)').run(id, body);
  return { id, body };
}
