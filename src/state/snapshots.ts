/**
 * Targets as they were before the run. Tasks of one service are alike in all but their contents, so each is compressed
 * with the first of its operation as the dictionary: of some 1,200 bytes of a small task a tenth is left, not half.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { StateError } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { RunDatabase } from './run-database.js';
import { bytesColumn, numberColumn } from './values.js';

interface Dictionary {
  readonly id: number;
  readonly body: Uint8Array;
}

/** What deflate looks back at most. */
const mostDictionaryBytes = 32 * 1_024;

/** Within the caller's transaction. */
export function writeSnapshot(database: RunDatabase, number: number, raw: JsonValue): void {
  const text = Buffer.from(JSON.stringify(raw));
  const dictionary = dictionaryFor(database, number, text);
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
      `SELECT snapshot.body AS body, snapshot.dictionary AS id, snapshot_dictionary.body AS dictionary FROM snapshot
       LEFT JOIN snapshot_dictionary ON snapshot_dictionary.id = snapshot.dictionary WHERE number = ?`,
    )
    .get(number);
  const body = bytesColumn(row, 'body');
  if (body === null) return null;
  // Runs of earlier versions have none.
  const dictionary = bytesColumn(row, 'dictionary');
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
 * That of the row's operation; the first text of it becomes it, in the same transaction as its snapshot. Not remembered
 * between rows: a transaction that is rolled back takes it away again.
 */
function dictionaryFor(database: RunDatabase, number: number, text: Uint8Array): Dictionary {
  const kind = numberColumn(database.prepare('SELECT kind FROM row WHERE number = ?').get(number), 'kind') ?? 0;
  return findDictionary(database, kind) ?? addDictionary(database, kind, text);
}

function findDictionary(database: RunDatabase, kind: number): Dictionary | null {
  const row = database.prepare('SELECT body FROM snapshot_dictionary WHERE id = ?').get(kind);
  const body = bytesColumn(row, 'body');
  return body === null ? null : { id: kind, body };
}

function addDictionary(database: RunDatabase, kind: number, text: Uint8Array): Dictionary {
  const body = text.subarray(0, mostDictionaryBytes);
  database.prepare('INSERT INTO snapshot_dictionary (id, body) VALUES (?, ?)').run(kind, body);
  return { id: kind, body };
}
