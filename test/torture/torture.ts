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
  /** Rounds that run at the same time; most of a round is waiting. */
  readonly abreast: number;
  /** No round begins after so long; null = no bound. */
  readonly longestMs: number | null;
  readonly round: Omit<RoundOptions, 'keep'>;
  /** Told after each round. */
  readonly tell: (result: RoundResult, keptIn: string | null) => void;
}

/** Rounds with findings after which it is enough too. */
const mostBroken = 5;

export async function torture(options: TortureOptions): Promise<RoundResult[]> {
  const { kills, only, longestMs } = options;
  const startedAtMs = performance.now();
  const results: RoundResult[] = [];
  let next = 1;
  const isEnough = () =>
    results.reduce((sum, result) => sum + result.kills, 0) >= kills ||
    results.filter(({ findings }) => findings.length > 0).length >= mostBroken ||
    (longestMs !== null && performance.now() - startedAtMs > longestMs);
  const isOver = () => (only === null ? isEnough() : next > only.length);
  const work = async () => {
    while (!isOver()) {
      const round = only?.[next - 1] ?? next;
      next += 1;
      results.push(await runOne(round, options));
    }
  };
  await Promise.all(Array.from({ length: options.abreast }, work));
  return results.sort((one, other) => one.plan.round - other.plan.round);
}

async function runOne(round: number, { seed, size, tell, ...options }: TortureOptions): Promise<RoundResult> {
  let keptIn: string | null = null;
  const result = await runRound(planRound(seed, round, size), {
    ...options.round,
    keep: (broken, workplace, ledger) => {
      keptIn = workplace.dir;
      const file = join(workplace.dir, 'torture', 'round.json');
      mkdirSync(join(workplace.dir, 'torture'));
      writeFileSync(file, `${JSON.stringify({ result: broken, ledger }, null, 2)}\n`);
    },
  });
  tell(result, keptIn);
  return result;
}
