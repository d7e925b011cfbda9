/** One row's whole story, as far as the state holds it. */
import { textField } from '../json.js';
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import { parseTargetView } from '../providers/target-view.js';
import { changesIn } from './plan-reads.js';
import { type Prediction, predictionOf, wholePrediction } from './predictions.js';
import { findReportRow, type ReportRow } from './report-reads.js';
import { findReread, type Reread } from './rereads.js';
import type { RunDatabase } from './run-database.js';
import { keptBody } from './snapshots.js';
import { wholeChanges, wholeView } from './stored-views.js';
import { cellsColumn, jsonColumn, numberColumn, textColumn } from './values.js';

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
  /** Null while the plan does not stand. */
  readonly prediction: Prediction | null;
  /** Why the plan called it unlike the rest, a sentence each. */
  readonly surprises: readonly string[];
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
  /** How it was just before the write, where that was not as planned. */
  readonly reread: Reread | null;
  readonly attempts: readonly AttemptNote[];
}

/** Null when there is no such row. */
export function readRowStory(database: RunDatabase, number: number): RowStory | null {
  const row = findReportRow(database, number);
  if (row === null) return null;
  const stored = database
    .prepare(
      `SELECT row.steps, ${wholePrediction} AS prediction,
         (SELECT json_group_array(reason) || '' FROM surprise WHERE surprise.number = row.number) AS surprises,
         reading.read_at, ${wholeView} AS view, ${wholeChanges} AS changes,
         ${keptBody} IS NOT NULL AS snapshot
       FROM row LEFT JOIN reading ON reading.number = row.number LEFT JOIN snapshot ON snapshot.number = row.number
         LEFT JOIN prediction ON prediction.number = row.number
       WHERE row.number = ?`,
    )
    .get(number);
  const atMs = numberColumn(stored, 'read_at');
  return {
    row,
    prediction: predictionOf(textColumn(stored, 'prediction')),
    surprises: cellsColumn(stored, 'surprises').filter((reason) => reason !== null),
    steps: (textColumn(stored, 'steps') ?? '').split(';').filter((step) => step !== ''),
    reading:
      atMs === null
        ? null
        : {
            atMs,
            view: parseTargetView(jsonColumn(stored, 'view')),
            changes: changesIn(textColumn(stored, 'changes')),
            snapshot: numberColumn(stored, 'snapshot') === 1,
          },
    reread: findReread(database, number),
    attempts: database
      .prepare('SELECT attempt, at, note FROM attempt WHERE number = ? ORDER BY at, attempt')
      .all(number)
      .map(attemptOf),
  };
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
