/** Rows of one manifest that name the same thing: which of them can't both stand, and what to say of it. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import { judgePair } from './pair-rules.js';
import type { Problem } from './problem.js';

/** A row of the manifest that can't stand beside another one. */
export interface Clash {
  readonly number: number;
  readonly line: number;
  /** `duplicate`: of an earlier row. `conflict`: with a row that may come before or after. */
  readonly verdict: 'duplicate' | 'conflict';
  readonly problem: Problem;
}

/** What a key of the index stands for: an operation's target, or its whole content. */
export interface Tag {
  readonly entry: CatalogueEntry;
  readonly content: boolean;
}

interface GroupRow {
  readonly row: number;
  readonly line: number;
  readonly tag: number;
}

/** What stands for all rows of a group that have one tag: verdicts do not depend on more. */
interface Kind extends Tag {
  readonly first: GroupRow;
}

/**
 * The rows of one group that clash with another, in manifest order, each once. Of rows that contradict each other all
 * are told, whichever comes first; of duplicates all but the first. The kinds of rows are compared and not the rows,
 * because a group may hold a million of them.
 */
export function* judgeGroup(rows: readonly GroupRow[], tags: readonly Tag[], manifestName: string): Generator<Clash> {
  const sorted = [...rows].sort((a, b) => a.row - b.row);
  const kinds = new Map<number, Kind>();
  for (const row of sorted) {
    const tag = tags[row.tag];
    if (tag !== undefined && !kinds.has(row.tag)) kinds.set(row.tag, { ...tag, first: row });
  }
  const opponents = findOpponents([...kinds.values()]);
  for (const row of sorted) {
    const kind = kinds.get(row.tag);
    if (kind === undefined) continue;
    const opponent = opponents.get(kind.entry);
    if (opponent !== undefined) {
      // A row may be there by its target and by its content; it is told once.
      if (!kind.content) yield clash(row, kind, opponent, 'conflict', manifestName);
    } else if (row !== kind.first && judgePair(kind.entry, kind.entry, kind.content) === 'duplicate') {
      yield clash(row, kind, kind, 'duplicate', manifestName);
    }
  }
}

/** The first row that contradicts each operation; operations without one are left out. */
function findOpponents(kinds: readonly Kind[]): ReadonlyMap<CatalogueEntry, Kind> {
  const found = new Map<CatalogueEntry, Kind>();
  for (const kind of kinds) {
    const opponent = kinds.find(({ entry }) => judgePair(entry, kind.entry, false) === 'conflict');
    if (opponent !== undefined) found.set(kind.entry, opponent);
  }
  return found;
}

function clash(
  { row, line }: GroupRow,
  kind: Kind,
  other: Kind,
  verdict: Clash['verdict'],
  manifestName: string,
): Clash {
  const { provider, name } = kind.entry;
  const place = `row ${other.first.row} (${manifestName}:${other.first.line})`;
  const told =
    verdict === 'duplicate'
      ? {
          reason: `asks for ${provider}.${name} on the same target as ${place}`,
          fix: 'Remove one of the rows, or set `duplicates: skip` in the job to skip the later ones.',
          code: 'DUPLICATE',
        }
      : {
          reason: `asks for ${name} on the target that ${place} wants to ${other.entry.name}; both can't make sense`,
          fix: 'Remove one of the rows.',
          code: 'CONFLICT',
        };
  return { number: row, line, verdict, problem: { row, line, column: null, value: null, ...told } };
}
