/** Whether rows of one run still hold, where later rows of the same run acted on the same targets. */

import { changedThings } from '../providers/changed-things.js';
import { type OwnChanges, ownCause } from '../run/own-changes.js';
import type { Standing } from './look-again.js';

type Judged = Pick<Standing, 'verdict' | 'evidence'>;

/** What the run itself did to a target after the row is no reverting. Ask of rows from the last to the first. */
export function createOwnJudge(): (standing: Standing) => Judged {
  const later = new Map<string, Map<string, number>>();
  return (standing) => {
    const judged = withoutOwn(standing, later);
    keepOwn(standing, later);
    return judged;
  };
}

function withoutOwn({ verdict, evidence, lacks, targets }: Standing, later: ReadonlyMap<string, OwnChanges>): Judged {
  const own = targets.map((target) => later.get(target)).find((known) => known !== undefined);
  const cause = verdict === 'reverted' && own !== undefined ? ownCause(lacks, own) : null;
  return cause === null
    ? { verdict, evidence }
    : { verdict: 'holds', evidence: `Row ${cause} of the run acted on it after that. ${evidence}` };
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
