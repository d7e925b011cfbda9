/** What two rows of one manifest that act on the same target are to each other. Pure. */
import { removesTarget } from '../providers/operation.js';
import type { CatalogueEntry } from '../providers/provider.js';

/** `duplicate`: the same thing twice. `conflict`: both cannot make sense. `sequence`: they run in manifest order. */
export type PairVerdict = 'duplicate' | 'conflict' | 'sequence';

type Party = Pick<CatalogueEntry, 'name' | 'risk' | 'inverse' | 'distinctBy'>;

/** `delete` with anything, and an operation with its inverse, contradict each other. */
export function judgePair(first: Party, second: Party, sameContent: boolean): PairVerdict {
  if (first.name === second.name) {
    return sameContent || first.distinctBy === 'target' ? 'duplicate' : 'sequence';
  }
  if (removesTarget(first) || removesTarget(second)) return 'conflict';
  // A tag added and another one removed, one person assigned and another taken off: both make sense.
  const additive = first.distinctBy === 'content' && second.distinctBy === 'content';
  const inverse = first.inverse === second.name || second.inverse === first.name;
  if (inverse && !additive) return 'conflict';
  return 'sequence';
}
