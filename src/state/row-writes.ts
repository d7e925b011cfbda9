/** One function a change of a row's state; every change is checked against the transition table. */
import { StateError } from '../errors.js';
import type { Failure } from '../failure.js';
import type { JsonObject } from '../json.js';
import { writeJoining } from './parts.js';
import { argsPattern, storePattern } from './patterns.js';
import { type RowLinks, writeLinks } from './row-links.js';
import type { RunDatabase } from './run-database.js';
import { type RowEvent, type RowOutcome, type RowState, rowOrigins } from './status.js';

/** A row as loading puts it in. */
export interface NewRow {
  readonly number: number;
  readonly line: number;
  readonly kind: number;
  /** The manifest's cells in the order of its columns. */
  readonly cells: readonly (string | null | undefined)[];
  /** Key of the target, equal for rows on the same thing; null when there is none. */
  readonly target: string | null;
  /** The validated values as JSON text; null when the row is invalid, and when it takes ids that are not known yet. */
  readonly args: string | null;
  readonly state: 'pending' | 'invalid' | 'skipped';
  /** Why it is not pending; null when it is. */
  readonly reason: RowReason | null;
  /** Its key and the rows that it waits for. */
  readonly links?: RowLinks | null;
  /** After this time its target may not have been changed, in ms. */
  readonly unchangedSinceMs?: number | null;
  /** What it makes a thing a part of, as the row names it. */
  readonly joins?: { readonly provider: string; readonly whole: string } | null;
}

export interface RowReason {
  readonly errorType: string | null;
  readonly errorCode: string | null;
  readonly message: string;
  readonly suggestedAction: string | null;
}

/** What a row came to, or why it goes back to `pending`. */
export interface RowResult {
  readonly to: RowState;
  readonly outcome: RowOutcome | null;
  readonly message: string | null;
  readonly failure: Failure | null;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
  readonly url: string | null;
  readonly createdId: string | null;
  /** When the target was completed by it, as the service told; null where it did not. */
  readonly completedAtMs: number | null;
  /** Wall clock in ms; null for a row that goes back to `pending`. */
  readonly finishedAtMs: number | null;
  /** Requests that this sitting added. */
  readonly requests: number;
}

/** The id under which a provider's operation stands in the other tables. */
export function storeKind(database: RunDatabase, provider: string, operation: string): number {
  database.prepare('INSERT OR IGNORE INTO kind (provider, operation) VALUES (?, ?)').run(provider, operation);
  const row = database.prepare('SELECT id FROM kind WHERE provider = ? AND operation = ?').get(provider, operation);
  if (typeof row === 'object' && row !== null && 'id' in row) return Number(row.id);
  throw new StateError(`The operation ${provider}.${operation} could not be stored.`, { where: database.path });
}

/**
 * Until `endLoading`, rows are not synced to the disk batch by batch. A run whose loading did not end is not gone on with,
 * so what a power loss takes of it is not missed; the order of what is written stays, and with it the file's soundness.
 */
export function beginLoading(database: RunDatabase): void {
  database.exec('PRAGMA synchronous = NORMAL');
}

/** From the next change on everything is synced again, what was loaded along with it. */
export function endLoading(database: RunDatabase): void {
  database.exec('PRAGMA synchronous = FULL');
}

/** Puts rows in, in ascending order; call it with some hundreds at a time. */
export function insertRows(database: RunDatabase, rows: readonly NewRow[]): void {
  const source = database.prepare(
    'INSERT INTO source (number, line, kind, cells, target, args, args_pattern) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    const patterns = new Map<string, number | null>();
    for (const row of rows) {
      const { args, pattern } = storeArgs(database, row, patterns);
      source.run(row.number, row.line, row.kind, JSON.stringify(row.cells), row.target, args, pattern);
      if (row.state !== 'pending') insertDecided(database, row);
      if (row.unchangedSinceMs != null) writeUnchangedSince(database, row.number, row.unchangedSinceMs);
      if (row.joins != null) writeJoining(database, row.number, row.joins.provider, row.joins.whole);
      if (row.links != null) writeTies(database, row.number, row.line, row.links);
    }
    // Nearly all rows are to do; one statement for them, because the driver's price is by the call.
    database
      .prepare(
        `INSERT INTO row (number, kind, state) SELECT number, kind, 'pending' FROM source
         WHERE number BETWEEN ? AND ? ON CONFLICT (number) DO NOTHING`,
      )
      .run(rows[0]?.number ?? 0, rows.at(-1)?.number ?? 0);
  });
}

/** Where the rows have more, they are cases of their own, and looking for each is no use. */
const mostPatternsAtOnce = 32;

/** @param known patterns that were looked for in the same transaction. */
function storeArgs(
  database: RunDatabase,
  { target, args, links }: NewRow,
  known: Map<string, number | null>,
): { readonly args: string | null; readonly pattern: number | null } {
  // The key of a row that takes ids of others goes on changing.
  if (target === null || args === null || links?.template != null) return { args, pattern: null };
  const text = argsPattern(args, target);
  if (!known.has(text) && known.size < mostPatternsAtOnce) known.set(text, storePattern(database, text));
  const pattern = known.get(text) ?? null;
  return pattern === null ? { args, pattern } : { args: null, pattern };
}

function writeUnchangedSince(database: RunDatabase, number: number, unchangedSinceMs: number): void {
  database.prepare('UPDATE source SET unchanged_since = ? WHERE number = ?').run(unchangedSinceMs, number);
}

function insertDecided(database: RunDatabase, { number, kind, state, reason }: NewRow): void {
  database
    .prepare(
      `INSERT INTO row (number, kind, state, error_type, error_code, message, suggested_action)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      number,
      kind,
      state,
      reason?.errorType ?? null,
      reason?.errorCode ?? null,
      reason?.message ?? null,
      reason?.suggestedAction ?? null,
    );
}

function writeTies(database: RunDatabase, number: number, line: number, links: RowLinks): void {
  writeLinks(database, number, line, links);
  if (links.template === null) return;
  database
    .prepare('UPDATE source SET template = ?, names_target = ? WHERE number = ?')
    .run(JSON.stringify(links.template), links.namesTarget ? 1 : null, number);
}

/**
 * Records the values of a row whose ids are known now. Within the caller's transaction, not after that of its intent.
 * @param target key of the target; null for a row that makes one.
 */
export function writeFilledRow(database: RunDatabase, number: number, args: JsonObject, target: string | null): void {
  database
    .prepare('UPDATE source SET args = ?, target = ? WHERE number = ? AND template IS NOT NULL')
    .run(JSON.stringify(args), target, number);
}

/**
 * Records the intent to send: the row is `sending` and its attempt counted. Within the caller's transaction.
 * @throws {StateError} when the row is not `pending`: somebody else has it, and it must not be sent.
 */
export function markSending(database: RunDatabase, number: number, startedAtMs: number): void {
  const { changes } = database
    .prepare(
      `UPDATE row SET state = 'sending', attempts = attempts + 1, started_at = coalesce(started_at, ?)
       WHERE number = ? AND state = 'pending'`,
    )
    .run(Math.round(startedAtMs), number);
  if (Number(changes) !== 1) throw refusedChange(database, number, 'send', 'sending');
}

/**
 * Counts another attempt at a row that is `sending` already, because an earlier one left it in doubt. Nothing hangs on
 * its being synced. Within the caller's transaction.
 */
export function countRepeat(database: RunDatabase, number: number): void {
  const { changes } = database
    .prepare(`UPDATE row SET attempts = attempts + 1 WHERE number = ? AND state = 'sending'`)
    .run(number);
  if (Number(changes) !== 1) throw refusedChange(database, number, 'send', 'sending');
}

/** Records that a step of a row in the air is finished. Within the caller's transaction. */
export function writeStep(database: RunDatabase, number: number, step: string): void {
  const { changes } = database
    .prepare(`UPDATE row SET steps = coalesce(steps || ';', '') || ? WHERE number = ? AND state = 'sending'`)
    .run(step, number);
  if (Number(changes) !== 1) throw refusedChange(database, number, 'send', 'sending');
}

/** Records what a row came to. Within the caller's transaction. */
export function writeRowResult(database: RunDatabase, number: number, event: RowEvent, result: RowResult): void {
  const { failure } = result;
  const { changes } = database
    .prepare(resultStatement(event, result.to))
    .run(
      result.outcome,
      result.requests,
      result.httpStatus ?? failure?.httpStatus ?? null,
      failure?.type ?? null,
      failure?.code ?? null,
      failure?.message ?? result.message,
      failure?.suggestedAction ?? null,
      failure === null ? null : Number(failure.retryable),
      result.finishedAtMs === null ? null : Math.round(result.finishedAtMs),
      result.requestId ?? failure?.requestId ?? null,
      result.url,
      result.createdId,
      result.completedAtMs === null ? null : Math.round(result.completedAtMs),
      number,
    );
  if (Number(changes) !== 1) throw refusedChange(database, number, event, result.to);
}

const resultStatements = new Map<string, string>();

function resultStatement(event: RowEvent, to: RowState): string {
  const key = `${event} ${to}`;
  const known = resultStatements.get(key);
  if (known !== undefined) return known;
  const origins = rowOrigins(event, to).map((state) => `'${state}'`);
  const sql = `UPDATE row SET state = '${to}', outcome = ?, requests = requests + ?, http_status = ?, error_type = ?,
    error_code = ?, message = ?, suggested_action = ?, retryable = ?, finished_at = ?, request_id = ?,
    url = coalesce(?, url), created_id = coalesce(?, created_id), completed_at = ?
    WHERE number = ? AND state IN (${origins.join(', ')})`;
  resultStatements.set(key, sql);
  return sql;
}

function refusedChange(database: RunDatabase, number: number, event: RowEvent, to: RowState): StateError {
  const row = database.prepare('SELECT state FROM row WHERE number = ?').get(number);
  const from = typeof row === 'object' && row !== null && 'state' in row ? String(row.state) : 'missing';
  return new StateError(`Row ${number} is ${from} and can't become ${to} (${event}).`, {
    where: database.path,
    code: 'ROW_STATE',
    fix: 'Nothing was sent for it. Report this as a bug, with the run folder.',
  });
}

/** The code of a note that says when an attempt's first write left once more, since nothing was done of it before. */
export const sentAgain = 'SENT_AGAIN';

/** Keeps what happened to an attempt that did not succeed at once. Within the caller's transaction. */
export function writeAttemptNote(
  database: RunDatabase,
  number: number,
  attempt: number,
  atMs: number,
  note: string,
): void {
  database
    .prepare('INSERT OR REPLACE INTO attempt (number, attempt, at, note) VALUES (?, ?, ?, ?)')
    .run(number, attempt, Math.round(atMs), note);
}
