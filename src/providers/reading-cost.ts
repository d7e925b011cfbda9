/** What reading targets for a plan costs, as far as it can be known before the first of them is read. Pure. */

import { mostRequests } from './page-scan.js';

/** How many different targets are to be read, by what their rows tell of where they are. */
export interface TargetCounts {
  /** Tasks whose rows do not say where they are. */
  readonly loose: number;
  /** Tasks whose rows name a place: how many places there are with so many of them each. */
  readonly placed: ReadonlyArray<{ readonly tasks: number; readonly places: number }>;
  /** Targets that are no tasks. */
  readonly others: number;
}

/** Requests, at least and at most; what rows need looked up beside their targets comes on top. */
export interface ReadingCost {
  readonly least: number;
  readonly most: number;
}

export function countTargets({ loose, placed, others }: TargetCounts): number {
  return loose + others + placed.reduce((sum, { tasks, places }) => sum + tasks * places, 0);
}

/** Where several targets are read by their ids in one request. */
export function batchCost(counts: TargetCounts, size: number): ReadingCost {
  const targets = countTargets(counts);
  const requests = Math.ceil(targets / size);
  // An empty first answer is not believed before one of its targets was read by itself.
  return { least: requests, most: requests + (targets > 1 ? 1 : 0) };
}

/**
 * Where pages of places are read: at best all loose tasks are in one place, at worst each is in a place of its own, and
 * as many pages are read in vain as `PageBalance` allows.
 */
export function pagesCost(counts: TargetCounts, pageSize: number): ReadingCost {
  const { loose, placed, others } = counts;
  const targets = countTargets(counts);
  const leastLoose = loose < 3 ? loose : 1 + Math.ceil((loose - 1) / pageSize);
  const leastPlaced = placed.reduce(
    (sum, { tasks, places }) => sum + places * (tasks < 3 ? tasks : Math.ceil(tasks / pageSize)),
    0,
  );
  return {
    least: leastLoose + leastPlaced + others,
    most: others + mostRequests(targets - others),
  };
}
