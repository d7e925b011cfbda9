/** What rows that come before another one on its target mean for it. */
import type { Failure } from '../failure.js';
import type { JsonObject } from '../json.js';
import type { TargetView } from '../providers/target.js';
import type { EarlyOperation } from '../run/bind-early.js';

/** An earlier row that will have changed the target by then. */
export interface Before {
  readonly row: number;
  /** The target as it is then, as far as that decides whether a row can be done. */
  readonly leaves: TargetView;
}

/** @param target as the row finds it. @returns what it means for the next row on it. */
export function behindRow(
  row: number,
  operation: Pick<EarlyOperation, 'leaves'>,
  target: TargetView,
  prepared: JsonObject,
): Before {
  return { row, leaves: operation.leaves(target, prepared) };
}

/** With the row that is to blame, where there is one. */
export function afterRow(failure: Failure, before: Before | null): Failure {
  return before === null ? failure : onceDone(failure, before.row);
}

/** What will be in the way when another row is done. */
export function onceDone(failure: Failure, row: number): Failure {
  return { ...failure, message: `Once row ${row} is done: ${failure.message}` };
}
