import { exitCodes } from '../exit-codes.js';
import type { RunSummary } from '../run/run-summary.js';

/** The exit code of a run as it stands. */
export function runExit(summary: RunSummary): number {
  if (summary.stop !== null) return summary.stop.exitCode;
  // Its process died without a word.
  if (summary.state === 'interrupted') return exitCodes.stopped;
  const { failed, blocked, unknown } = summary.states;
  return failed + blocked + unknown > 0 ? exitCodes.rowsFailed : exitCodes.ok;
}
