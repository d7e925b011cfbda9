/** What the plan foretold of each row, kept for good: the rows' own states go on from there. */
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

/** In the words that people read, and the order in which they are told. */
export const predictions = ['will do', 'nothing to do', 'will fail', 'blocked', 'skipped', 'invalid'] as const;
export type Prediction = (typeof predictions)[number];

/**
 * Records how every row stands as what the plan foretells of it. Call it when the plan stands and before anything is
 * sent, within the caller's transaction; safe to repeat until then.
 */
export function writePredictions(database: RunDatabase): void {
  database.exec(`INSERT OR REPLACE INTO prediction (number, outcome) SELECT number, CASE
    WHEN state = 'pending' THEN 'will do'
    WHEN state = 'failed' THEN 'will fail'
    WHEN state = 'skipped' AND outcome = 'already' THEN 'nothing to do'
    ELSE state END FROM row`);
}

/** How many rows each was made of. */
export function countPredictions(database: RunDatabase): Record<Prediction, number> {
  const counts = { 'will do': 0, 'nothing to do': 0, 'will fail': 0, blocked: 0, skipped: 0, invalid: 0 };
  for (const row of database.prepare('SELECT outcome, count(*) AS rows FROM prediction GROUP BY outcome').all()) {
    const prediction = predictionOf(textColumn(row, 'outcome'));
    if (prediction !== null) counts[prediction] = numberColumn(row, 'rows') ?? 0;
  }
  return counts;
}

/** Null for what is no prediction. */
export function predictionOf(text: string | null): Prediction | null {
  return predictions.find((known) => known === text) ?? null;
}
