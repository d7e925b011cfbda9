/** What the plan foretold of each row, kept for good: the rows' own states go on from there. */
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

/** In the words that people read, and the order in which they are told; `run.db` holds the place of each here. */
export const predictions = ['will do', 'nothing to do', 'will fail', 'blocked', 'skipped', 'invalid'] as const;
export type Prediction = (typeof predictions)[number];

/** The one of a row in words, for a query over `row` and what joins `prediction`; null while the plan does not stand. */
export const wholePrediction = `coalesce(CASE row.prediction ${predictions
  .map((prediction, index) => `WHEN ${index} THEN '${prediction}'`)
  .join(' ')} END, prediction.outcome)`;

/**
 * Records how every row stands as what the plan foretells of it. Call it when the plan stands and before anything is
 * sent, within the caller's transaction; safe to repeat until then.
 */
export function writePredictions(database: RunDatabase): void {
  const code = (prediction: Prediction): number => predictions.indexOf(prediction);
  database.exec(`UPDATE row SET prediction = CASE
    WHEN state = 'pending' THEN ${code('will do')}
    WHEN state = 'failed' THEN ${code('will fail')}
    WHEN state = 'skipped' AND outcome = 'already' THEN ${code('nothing to do')}
    WHEN state = 'blocked' THEN ${code('blocked')}
    WHEN state = 'skipped' THEN ${code('skipped')}
    WHEN state = 'invalid' THEN ${code('invalid')} END`);
}

/** How many rows each was made of. */
export function countPredictions(database: RunDatabase): Record<Prediction, number> {
  const counts = { 'will do': 0, 'nothing to do': 0, 'will fail': 0, blocked: 0, skipped: 0, invalid: 0 };
  for (const row of database
    .prepare(
      `SELECT ${wholePrediction} AS outcome, count(*) AS rows FROM row
     LEFT JOIN prediction ON prediction.number = row.number GROUP BY row.prediction, prediction.outcome`,
    )
    .all()) {
    const prediction = predictionOf(textColumn(row, 'outcome'));
    if (prediction !== null) counts[prediction] += numberColumn(row, 'rows') ?? 0;
  }
  return counts;
}

/** Null for what is no prediction. */
export function predictionOf(text: string | null): Prediction | null {
  return predictions.find((known) => known === text) ?? null;
}
