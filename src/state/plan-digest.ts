/**
 * A SHA-256 over a plan, taken when it stands and compared before it is first executed, so that what was reviewed is
 * what is done: nothing that decides what is sent can be changed by hand in between without being noticed. It is kept in
 * the same file, so it does not withstand somebody who computes it anew; it shows slips and edits, not forgery.
 * Snapshots are left out: they are most of the file, and `row-seals.ts` has them.
 */
import { createHash } from 'node:crypto';
import { wholeArgs } from './patterns.js';
import { wholePrediction } from './predictions.js';
import type { RunDatabase } from './run-database.js';
import type { RunRecord } from './run-record.js';
import { wholeChanges, wholeView } from './stored-views.js';
import { textColumn } from './values.js';

/**
 * How a digest is taken, kept in front of it. One without a sign was taken by a version that left out what is only told,
 * the first sign is of one that left out the guards that hold while a run goes on.
 */
const withTold = '2:';
const withGuards = '3:';

/** Rows of a table, each as one JSON text, in a fixed order. */
interface Part {
  readonly sql: string;
  /**
   * What goes into the digest in front of the rows: the query as it was first written. It says what is asked for, and that
   * stays the same when the rows come to be stored in another way.
   */
  readonly name: string;
  /** One that came later: where it has no rows it is left out, as it was then. */
  readonly isNew?: true;
}

function asWritten(sql: string): Part {
  return { sql, name: sql };
}

/** What is only told: it decides on what a person approves. */
const toldParts: readonly Part[] = [
  {
    sql: `SELECT json_array(row.number, ${wholePrediction}) AS text FROM row
      LEFT JOIN prediction ON prediction.number = row.number
      WHERE coalesce(row.prediction, prediction.outcome) IS NOT NULL ORDER BY row.number`,
    name: 'SELECT json_array(number, outcome) AS text FROM prediction ORDER BY number',
  },
  ...[
    'SELECT json_array(number, rule, reason) AS text FROM surprise ORDER BY number, rule',
    'SELECT json_array(number, way_back) AS text FROM row WHERE way_back IS NOT NULL ORDER BY number',
    'SELECT json_array(id, reach, words) AS text FROM way_back ORDER BY id',
    'SELECT json_array(number, unchanged_since) AS text FROM source WHERE unchanged_since IS NOT NULL ORDER BY number',
    'SELECT json_array(number, after_row) AS text FROM reading WHERE after_row IS NOT NULL ORDER BY number',
  ].map(asWritten),
  {
    sql: `SELECT json_array(provider, whole, id, updated) || coalesce(',' || place, '') AS text FROM part
      ORDER BY provider, whole, id`,
    name: 'SELECT json_array(provider, whole, id, updated) AS text FROM part ORDER BY provider, whole, id',
  },
  ...[
    `SELECT json_array(number, error_type, error_code, message, suggested_action) AS text FROM row
   WHERE message IS NOT NULL ORDER BY number`,
  ].map(asWritten),
  { ...asWritten("SELECT json_array('turn', number, behind) AS text FROM turn ORDER BY number, behind"), isNew: true },
];

/** All rows with what execution reads of them. */
function rowsText(args: string, view: string, changes: string): string {
  return `SELECT json_array(row.number, row.kind, row.state, row.outcome, row.attempts, row.steps, row.created_id,
     source.line, source.kind, source.cells, source.target, ${args}, source.template,
     reading.read_at, ${view}, reading.prepared, ${changes}) AS text
   FROM row LEFT JOIN source ON source.number = row.number LEFT JOIN reading ON reading.number = row.number
   ORDER BY row.number`;
}

const firstView = `CASE WHEN reading.likeness IS NULL THEN reading.view
  ELSE (SELECT likeness.view FROM likeness WHERE likeness.id = reading.likeness) || substr(reading.view, 2) END`;

/** Every table that execution reads. */
const parts: readonly Part[] = [
  asWritten('SELECT json_array(id, provider, operation) AS text FROM kind ORDER BY id'),
  {
    sql: rowsText(wholeArgs, wholeView, wholeChanges),
    name: rowsText('source.args', firstView, 'reading.changes'),
  },
  ...[
    'SELECT json_array(count(*)) AS text FROM source',
    'SELECT json_array(number, key, makes) AS text FROM row_key ORDER BY number',
    'SELECT json_array(number, position, key, text, takes_id, on_row) AS text FROM dependency ORDER BY number, position',
    'SELECT json_array(number, state, outcome, created_id) AS text FROM outside ORDER BY number',
  ].map(asWritten),
];

/** Texts that are hashed at once: a call for each would cost more than the hashing. */
const textsAtOnce = 256;

/** @returns a sign and hexadecimal. It reads the whole plan, in constant memory. */
export function digestPlan(database: RunDatabase, record: RunRecord): string {
  const { canary, stopAfterFailed, stopAfterPercent } = record.settings;
  const told = [...toldOf(record), canary, stopAfterFailed, stopAfterPercent];
  return `${withGuards}${digestOf(told, [...parts, ...toldParts], database)}`;
}

function toldOf(record: RunRecord): readonly unknown[] {
  const { columns, unreadColumns, surprises, otherLetters } = record;
  const told = [lastingPart(record), columns, unreadColumns, surprises];
  // Plans of earlier versions have none.
  return otherLetters === undefined ? told : [...told, otherLetters];
}

/** Whether the version that planned the run took sums over its rows too. */
export function isSealed({ planDigest }: Pick<RunRecord, 'planDigest'>): boolean {
  return [withTold, withGuards].some((sign) => planDigest?.startsWith(sign) === true);
}

/** Whether the plan is as it was when its digest was taken. */
export function isAsPlanned(database: RunDatabase, record: RunRecord, digest: string): boolean {
  if (digest.startsWith(withGuards)) return digestPlan(database, record) === digest;
  if (digest.startsWith(withTold)) {
    return `${withTold}${digestOf(toldOf(record), [...parts, ...toldParts], database)}` === digest;
  }
  return digestOf(lastingPart(record), parts, database) === digest;
}

function digestOf(record: unknown, queries: readonly Part[], database: RunDatabase): string {
  const hash = createHash('sha256').update(JSON.stringify(record));
  for (const { sql, name, isNew = false } of queries) {
    let texts: string[] = isNew ? [] : [name];
    for (const row of database.prepare(sql).iterate()) {
      texts.push(textColumn(row, 'text') ?? '');
      if (texts.length < textsAtOnce) continue;
      hash.update(texts.join('\n'));
      texts = [''];
    }
    hash.update(texts.join('\n'));
  }
  return hash.digest('hex');
}

/** The record without what goes on changing, and without the settings that may be given anew when a run is executed. */
export function lastingPart({ id, sandbox, goal, manifest, services, plannedAtMs, settings }: RunRecord): unknown {
  const {
    canary,
    requestsPerMinute,
    concurrency,
    pace,
    stopAfterFailed,
    stopAfterPercent,
    timeoutMs,
    giveUpAfterMs,
    ...rest
  } = settings;
  return [id, sandbox, goal, manifest, services, plannedAtMs, rest];
}
