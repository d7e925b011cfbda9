/** What of a plan, or of a run, can be taken back: in numbers. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import type { RowFate } from './row-fate.js';

export interface UndoPart {
  readonly entry: Pick<CatalogueEntry, 'provider' | 'name' | 'undo' | 'risk'>;
  readonly rows: number;
}

/** What a run keeps of its targets. */
export interface Kept {
  /** Whether targets are read when planning (`--look`). */
  readonly looks: boolean;
  /** `snapshot` of the job; null = for operations that the service itself does not take back. */
  readonly snapshot: boolean | null;
}

export interface OperationCoverage {
  readonly provider: string;
  readonly operation: string;
  readonly rows: number;
  readonly reach: 'whole' | 'part' | 'none';
  /** What is lost, or why it can't be taken back. */
  readonly words: readonly string[];
}

export interface PlanCoverage {
  readonly whole: number;
  readonly part: number;
  readonly none: number;
  readonly operations: readonly OperationCoverage[];
}

/** What could be taken back if all rows were done; a single row may fall short of what its operation tells. */
export function undoCoverage(parts: readonly UndoPart[], kept: Kept): PlanCoverage {
  const operations = parts.filter(({ rows }) => rows > 0).map((part) => coverOperation(part, kept));
  const sum = (reach: OperationCoverage['reach']) =>
    operations.reduce((total, one) => total + (one.reach === reach ? one.rows : 0), 0);
  return { whole: sum('whole'), part: sum('part'), none: sum('none'), operations };
}

function coverOperation({ entry, rows }: UndoPart, { looks, snapshot }: Kept): OperationCoverage {
  const { provider, name: operation, undo, risk } = entry;
  const base = { provider, operation, rows };
  if (undo.reach !== 'none' && undo.needs !== 'nothing' && !looks) {
    return {
      ...base,
      reach: 'none',
      words: ['Nothing looks at the targets (--look none), so how they were is not kept.'],
    };
  }
  if (undo.reach !== 'none' && undo.needs === 'snapshot' && !(snapshot ?? risk !== 'reversible')) {
    return { ...base, reach: 'none', words: ['The targets are not kept as they were (snapshot: no).'] };
  }
  return { ...base, reach: undo.reach, words: undo.lost };
}

/** Rows of a run that share a fate. */
export interface FateGroup {
  readonly coverage: RowFate['coverage'];
  readonly provider: string;
  readonly operation: string;
  readonly words: readonly string[];
  /** Their numbers, in manifest order. */
  readonly rows: readonly number[];
}

export type FateCounts = Readonly<Record<RowFate['coverage'], number>>;

export function countFates(fates: readonly RowFate[]): FateCounts {
  const counts = { whole: 0, part: 0, none: 0, changed: 0, unsure: 0 };
  for (const { coverage } of fates) counts[coverage] += 1;
  return counts;
}

/** The commonest first. */
export function groupFates(fates: readonly RowFate[]): FateGroup[] {
  const groups = new Map<string, { fate: RowFate; numbers: number[] }>();
  for (const fate of fates) {
    const key = JSON.stringify([fate.coverage, fate.provider, fate.operation, fate.words]);
    const group = groups.get(key) ?? { fate, numbers: [] };
    group.numbers.push(fate.number);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ fate: { coverage, provider, operation, words }, numbers }) => ({
      coverage,
      provider,
      operation,
      words,
      rows: numbers.sort((one, other) => one - other),
    }))
    .sort((one, other) => other.rows.length - one.rows.length || (one.rows[0] ?? 0) - (other.rows[0] ?? 0));
}
