/** Rounds until there were enough kills. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RoundOptions, runRound } from './round.js';
import { planRound, type RoundSize } from './round-plan.js';
import type { RoundResult } from './round-result.js';

export interface TortureOptions {
  readonly seed: number;
  /** SIGKILLs that must have ended a process before it is enough. */
  readonly kills: number;
  /** Numbers of the rounds to run in place of those from 1 on. */
  readonly only: readonly number[] | null;
  readonly size: RoundSize;
  /** No round begins after so long; null = no bound. */
  readonly longestMs: number | null;
  readonly round: Omit<RoundOptions, 'keep'>;
  /** Told after each round. */
  readonly tell: (result: RoundResult, keptIn: string | null) => void;
}

/** Rounds with findings after which it is enough too. */
const mostBroken = 5;

export async function torture(options: TortureOptions): Promise<RoundResult[]> {
  const { seed, kills, only, size, longestMs, tell } = options;
  const startedAtMs = performance.now();
  const results: RoundResult[] = [];
  const isEnough = () =>
    results.reduce((sum, result) => sum + result.kills, 0) >= kills ||
    results.filter(({ findings }) => findings.length > 0).length >= mostBroken;
  for (let round = 1; only === null ? !isEnough() : round <= only.length; round++) {
    if (longestMs !== null && performance.now() - startedAtMs > longestMs) break;
    let keptIn: string | null = null;
    const plan = planRound(seed, only?.[round - 1] ?? round, size);
    const result = await runRound(plan, {
      ...options.round,
      keep: (broken, workplace, ledger) => {
        keptIn = workplace.dir;
        const file = join(workplace.dir, 'torture', 'round.json');
        mkdirSync(join(workplace.dir, 'torture'));
        writeFileSync(file, `${JSON.stringify({ result: broken, ledger }, null, 2)}\n`);
      },
    });
    results.push(result);
    tell(result, keptIn);
  }
  return results;
}
