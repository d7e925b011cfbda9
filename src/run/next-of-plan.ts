/** Until when a plan may be executed, and what to type about it: the same wherever a plan is told of. */
import { mayHaveDone } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord } from '../state/run-record.js';
import { planCommand } from './plan-command.js';

type Made = Pick<RunRecord, 'plannedAtMs' | 'settings'>;

/** Whether the plan may still be executed. One from the future comes from a clock that was set back: nobody knows its age. */
export function isFresh({ plannedAtMs, settings }: Made, nowMs: number): boolean {
  const ageMs = nowMs - (plannedAtMs ?? nowMs);
  return ageMs >= 0 && ageMs <= settings.planExpiresAfterMs;
}

/**
 * Whether what is left of a run that ended early is a plan that was never applied, and is too old for it. A run that
 * may have done something is gone on with at any time.
 */
export function isExpiredUndone(database: RunDatabase, made: Made, nowMs: number): boolean {
  return made.plannedAtMs !== null && !isFresh(made, nowMs) && !mayHaveDone(database);
}

/**
 * What to type when a plan stands; what would be refused is not named.
 * @returns null when there is nothing to do.
 */
export function nextOfPlan(
  made: Made & Parameters<typeof planCommand>[0] & Pick<RunRecord, 'id'>,
  rowsToDo: number,
  nowMs: number,
): string | null {
  if (rowsToDo === 0) return null;
  const { settings } = made;
  if (settings.confirm === 'expect' && settings.expect === null) return `${planCommand(made)} --expect N`;
  return isFresh(made, nowMs) ? `taskbatch apply ${made.id}` : planCommand(made);
}
