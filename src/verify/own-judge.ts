/** Whether rows of one run still hold, where later rows of the same run acted on the same targets. */

import { changedThings } from '../providers/changed-things.js';
import { type OwnChanges, ownCause } from '../run/own-changes.js';
import type { Standing } from './look-again.js';

type Judged = Pick<Standing, 'verdict' | 'evidence' | 'since'>;

/**
 * What the run itself did to a target after the row is no reverting, nor is it others who did it once more. Ask of rows from
 * the last to the first.
 */
export function createOwnJudge(): (standing: Standing) => Judged {
  const later = new Map<string, Map<string, number>>();
  return (standing) => {
    const judged = withoutOwn(standing, later);
    keepOwn(standing, later);
    return judged;
  };
}

function withoutOwn(standing: Standing, later: ReadonlyMap<string, OwnChanges>): Judged {
  const { verdict, evidence, since, lacks, targets, row } = standing;
  const own = targets.map((target) => later.get(target)).find((known) => known !== undefined);
  if (own === undefined) return { verdict, evidence, since };
  if (verdict === 'holds') {
    const isDoneByOurs = ownCause(row.seen?.changes ?? [], own) !== null;
    return { verdict, evidence, since: isDoneByOurs ? null : since };
  }
  const cause = verdict === 'reverted' ? ownCause(lacks, own) : null;
  return cause === null
    ? { verdict, evidence, since }
    : { verdict: 'holds', evidence: `Row ${cause} of the run acted on it after that. ${evidence}`, since };
}

/** Rows come from the last to the first. */
function keepOwn({ row, targets }: Standing, later: Map<string, Map<string, number>>): void {
  if (row.outcome === 'already') return;
  for (const target of targets) {
    const known = later.get(target) ?? new Map<string, number>();
    for (const thing of changedThings(row.seen?.changes ?? [])) known.set(thing, row.number);
    later.set(target, known);
  }
}
