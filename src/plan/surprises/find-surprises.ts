/**
 * Rows unlike the rest, found once all targets are read. Rows are compared with those of the same operation of the same
 * service that will be done too. Three passes over the state: what may be common, how common it is, who lacks it.
 */

import type { RunDatabase } from '../../state/run-database.js';
import type { RunRecord } from '../../state/run-record.js';
import {
  clearSurprises,
  type PlannedTarget,
  plannedTargets,
  type Surprise,
  writeSurprises,
} from '../../state/surprises.js';
import { CommonFeatures } from './common-features.js';
import { type Norm, type SurpriseRule, surpriseRules } from './rules.js';

/** Of fewer rows nobody can say what they have in common: nothing is told then. */
export const fewestRows = 5;

const rowsAtOnce = 1_000;

/** What comparing rested on: how many rows were compared, and what no row of a service told. */
export type SurpriseFindings = NonNullable<RunRecord['surprises']>;

/** One rule on the rows of one operation. */
interface Comparison {
  readonly provider: string;
  readonly rule: SurpriseRule;
  readonly levels: readonly CommonFeatures[];
  /** What nearly all have, and at which level; null when nothing is, or nobody lacks it. */
  norm: { readonly level: number; readonly norm: Norm } | null;
}

/**
 * Finds them, and keeps them with their rows in place of what was found before.
 * @param isPartlyTold whether of what a rule looks at a service told a part, row by row.
 */
export async function findSurprises(
  database: RunDatabase,
  isPartlyTold: (provider: string, rule: string) => boolean = () => false,
  rules: readonly SurpriseRule[] = surpriseRules,
): Promise<SurpriseFindings> {
  const comparisons = new Map<string, Comparison[]>();
  const rowsOf = new Map<string, number>();
  const comparisonsOf = ({ provider, operation }: PlannedTarget): readonly Comparison[] => {
    const key = `${provider}.${operation}`;
    const known = comparisons.get(key);
    if (known !== undefined) return known;
    const made = rules.map((rule) => ({
      provider,
      rule,
      levels: rule.features.map(() => new CommonFeatures()),
      norm: null,
    }));
    comparisons.set(key, made);
    return made;
  };
  for await (const targets of batches(database)) {
    for (const target of targets) {
      const key = `${target.provider}.${target.operation}`;
      rowsOf.set(key, (rowsOf.get(key) ?? 0) + 1);
      forEachLevel(comparisonsOf(target), target, (level, features) => level.offer(features));
    }
  }
  for await (const targets of batches(database)) {
    for (const target of targets) {
      forEachLevel(comparisonsOf(target), target, (level, features) => level.count(features));
    }
  }
  const all = [...comparisons.values()].flat();
  for (const comparison of all) comparison.norm = normOf(comparison);
  database.transaction(() => clearSurprises(database));
  const anyOdd = all.some(({ norm }) => norm !== null);
  for await (const targets of anyOdd ? batches(database) : []) {
    const found = targets.flatMap((target) => comparisonsOf(target).flatMap((one) => judge(one, target)));
    if (found.length > 0) database.transaction(() => writeSurprises(database, found));
  }
  const compared = [...rowsOf].filter(([, rows]) => rows >= fewestRows);
  return {
    compared: compared.reduce((sum, [, rows]) => sum + rows, 0),
    untold: untoldRules(
      compared.flatMap(([key, rows]) => (comparisons.get(key) ?? []).map((one) => ({ ...one, rows }))),
      isPartlyTold,
    ),
  };
}

/** The event loop turns between them, so that a signal is heard. */
async function* batches(database: RunDatabase): AsyncGenerator<readonly PlannedTarget[]> {
  for (let after = 0; ; ) {
    const targets = plannedTargets(database, after, rowsAtOnce);
    const last = targets.at(-1);
    if (last === undefined) return;
    yield targets;
    after = last.number;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function forEachLevel(
  comparisons: readonly Comparison[],
  target: PlannedTarget,
  work: (level: CommonFeatures, features: readonly string[]) => void,
): void {
  for (const { rule, levels } of comparisons) {
    for (const [index, level] of levels.entries()) {
      const features = rule.features[index]?.(target) ?? null;
      if (features !== null) work(level, features);
    }
  }
}

/** Of the first level at which nearly all rows are alike; if all are, no coarser one is looked at. */
function normOf({ levels }: Comparison): Comparison['norm'] {
  for (const [level, features] of levels.entries()) {
    const norm = features.rows < fewestRows ? null : features.norm();
    if (norm !== null) return norm.rows === norm.of ? null : { level, norm };
  }
  return null;
}

function judge({ rule, norm }: Comparison, target: PlannedTarget): Surprise[] {
  if (norm === null) return [];
  const features = rule.features[norm.level]?.(target) ?? null;
  if (features === null || features.includes(norm.norm.feature)) return [];
  return [{ number: target.number, rule: rule.name, reason: rule.explain(target, norm.norm) }];
}

/** Of each service, the rules for which it did not tell of every row what they look at. */
function untoldRules(
  comparisons: ReadonlyArray<Comparison & { readonly rows: number }>,
  isPartlyTold: (provider: string, rule: string) => boolean,
): SurpriseFindings['untold'] {
  const partly = comparisons.filter(
    ({ provider, rule, levels, rows }) =>
      isPartlyTold(provider, rule.name) || levels.every((level) => level.rows < rows),
  );
  const found = new Map(
    partly.map(({ provider, rule }) => [`${provider}.${rule.name}`, { provider, rule: rule.name }]),
  );
  return [...found.values()];
}
