/** One row's whole story, as far as the state holds it. */
import { textField } from '../json.js';
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import { targetViewSchema } from '../providers/target-view.js';
import { findReportRow, type ReportRow } from './report-reads.js';
import type { RunDatabase } from './run-database.js';
import { jsonColumn, numberColumn, textColumn } from './values.js';

/** An attempt that did not succeed at once. */
export interface AttemptNote {
  readonly attempt: number;
  readonly atMs: number;
  readonly errorType: string;
  readonly errorCode: string;
  readonly message: string;
  readonly phase: string;
  /** `possible`: it may have been applied. */
  readonly effect: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
}

export interface RowStory {
  readonly row: ReportRow;
  /** Finished parts of a row that takes several writes. */
  readonly steps: readonly string[];
  /** The target as planning read it; null when it did not. */
  readonly reading: {
    readonly atMs: number;
    readonly view: TargetView;
    /** What the row was to change. */
    readonly changes: readonly Change[];
    /** Whether the target was kept whole. */
    readonly snapshot: boolean;
  } | null;
  readonly attempts: readonly AttemptNote[];
}

/** Null when there is no such row. */
export function readRowStory(database: RunDatabase, number: number): RowStory | null {
  const row = findReportRow(database, number);
  if (row === null) return null;
  const stored = database
    .prepare(
      `SELECT row.steps, reading.read_at, reading.view, reading.changes, snapshot.number AS snapshot
       FROM row LEFT JOIN reading ON reading.number = row.number LEFT JOIN snapshot ON snapshot.number = row.number
       WHERE row.number = ?`,
    )
    .get(number);
  const atMs = numberColumn(stored, 'read_at');
  return {
    row,
    steps: (textColumn(stored, 'steps') ?? '').split(';').filter((step) => step !== ''),
    reading:
      atMs === null
        ? null
        : {
            atMs,
            view: targetViewSchema.parse(jsonColumn(stored, 'view')),
            changes: changesOf(textColumn(stored, 'changes')),
            snapshot: numberColumn(stored, 'snapshot') !== null,
          },
    attempts: database
      .prepare('SELECT attempt, at, note FROM attempt WHERE number = ? ORDER BY at, attempt')
      .all(number)
      .map(attemptOf),
  };
}

function changesOf(text: string | null): Change[] {
  const list: unknown = JSON.parse(text ?? '[]');
  if (!Array.isArray(list)) return [];
  return list.map((change: unknown) => ({
    field: textField(change, 'field') ?? '',
    before: textField(change, 'before'),
    after: textField(change, 'after'),
  }));
}

function attemptOf(row: unknown): AttemptNote {
  const note = jsonColumn(row, 'note');
  return {
    attempt: numberColumn(row, 'attempt') ?? 0,
    atMs: numberColumn(row, 'at') ?? 0,
    errorType: textField(note, 'type') ?? 'UNKNOWN',
    errorCode: textField(note, 'code') ?? '',
    message: textField(note, 'message') ?? '',
    phase: textField(note, 'phase') ?? 'answered',
    effect: textField(note, 'effect') ?? 'possible',
    httpStatus: numberColumn(note, 'httpStatus'),
    requestId: textField(note, 'requestId'),
  };
}
