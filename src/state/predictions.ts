/** What the plan foretold of each row, kept for good: the rows' own states go on from there. */
import type { RunDatabase } from './run-database.js';

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

/** Null for what is no prediction. */
export function predictionOf(text: string | null): Prediction | null {
  return predictions.find((known) => known === text) ?? null;
}
