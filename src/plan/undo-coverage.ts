/** What of a plan could be taken back: in numbers. Pure. */
import type { CatalogueEntry } from '../providers/provider.js';
import { type Kept, type Reach, usualReach } from '../providers/way-back.js';

export interface UndoPart {
  readonly entry: Pick<CatalogueEntry, 'provider' | 'name' | 'undo' | 'risk'>;
  readonly rows: number;
  /** How far planning found these rows to come back; null where that is what their operation tells. */
  readonly told: Reach | null;
}

export interface OperationCoverage extends Reach {
  readonly provider: string;
  readonly operation: string;
  readonly rows: number;
}

export interface PlanCoverage {
  readonly whole: number;
  readonly part: number;
  readonly none: number;
  /** Rows of one operation that come back differently are apart. */
  readonly operations: readonly OperationCoverage[];
}

/** What could be taken back if all rows were done. */
export function undoCoverage(parts: readonly UndoPart[], kept: Kept): PlanCoverage {
  const operations = parts
    .filter(({ rows }) => rows > 0)
    .map(({ entry, rows, told }) => ({
      provider: entry.provider,
      operation: entry.name,
      rows,
      ...(told ?? usualReach(entry, kept)),
    }));
  const sum = (reach: Reach['reach']) =>
    operations.reduce((total, one) => total + (one.reach === reach ? one.rows : 0), 0);
  return { whole: sum('whole'), part: sum('part'), none: sum('none'), operations };
}
