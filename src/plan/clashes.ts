/** Rows of one manifest that name the same thing: which of them can't both stand, and what to say of it. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import { judgePair } from './pair-rules.js';
import type { Problem } from './problem.js';

/** Two rows of the manifest that can't both stand. `number` is the later one. */
export interface Clash {
  readonly number: number;
  /** The row before it that it clashes with. */
  readonly earlier: number;
  readonly verdict: 'duplicate' | 'conflict';
  readonly problem: Problem;
}

/** What a key of the index stands for: an operation's target, or its whole content. */
export interface Tag {
  readonly entry: CatalogueEntry;
  readonly content: boolean;
}

/** The later rows of one group that clash with an earlier one, in manifest order. */
export function* judgeGroup(
  rows: readonly { row: number; line: number; tag: number }[],
  tags: readonly Tag[],
  manifestName: string,
): Generator<Clash> {
  const sorted = [...rows].sort((a, b) => a.row - b.row);
  for (const later of sorted) {
    const second = tags[later.tag];
    if (second === undefined) continue;
    // No copy of what came before: a group may hold a million rows.
    for (const earlier of sorted) {
      if (earlier === later) break;
      const first = tags[earlier.tag];
      if (first === undefined) continue;
      const verdict = judgePair(first.entry, second.entry, first.content && second.content);
      if (verdict === 'sequence') continue;
      yield {
        number: later.row,
        earlier: earlier.row,
        verdict,
        problem: clashProblem(earlier, later, first.entry, second.entry, verdict, manifestName),
      };
      break;
    }
  }
}

function clashProblem(
  earlier: { row: number; line: number },
  later: { row: number; line: number },
  first: CatalogueEntry,
  second: CatalogueEntry,
  verdict: 'duplicate' | 'conflict',
  manifestName: string,
): Problem {
  const place = `row ${earlier.row} (${manifestName}:${earlier.line})`;
  return {
    row: later.row,
    line: later.line,
    column: null,
    value: null,
    reason:
      verdict === 'duplicate'
        ? `asks for ${second.provider}.${second.name} on the same target as ${place}`
        : `asks for ${second.name} on the target that ${place} wants to ${first.name}; both can't make sense`,
    fix:
      verdict === 'duplicate'
        ? 'Remove one of the rows, or set `duplicates: skip` in the job to skip the later ones.'
        : 'Remove one of the rows.',
    code: verdict === 'duplicate' ? 'DUPLICATE' : 'CONFLICT',
  };
}
