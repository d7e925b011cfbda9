/** How much of a limit is used by several processes that share it by one credential, and whether they exceed it. */
import { shareLimit } from '../support/share-limit.js';
import type { Bench } from './bench.js';
import { type Figure, formatNumber, left, right, type Section } from './figures.js';

const limit = 100;
const processes = 3;

/** @param factor how many times faster than real time passes. */
export async function measureShared({ bin, tell }: Bench, factor: number): Promise<Section> {
  tell(
    `limit shared by ${processes} processes, ${limit} a minute, time ${factor} times as fast, one pace after the other`,
  );
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const pace of ['even', 'window'] as const) {
    const shared = await shareLimit({ pace, limit, processes, rowsEach: 130, factor, killOne: false, bin });
    if (shared.exitCodes.some((code) => code !== 0)) throw new Error(`runs ended with ${shared.exitCodes.join(', ')}`);
    const { requests, refused, highest, used } = shared;
    const share = (used ?? Number.NaN) * 100;
    rows.push([pace, formatNumber(requests), `${formatNumber(share)} %`, formatNumber(highest), String(refused)]);
    const id = `shared.${pace}`;
    const who = `${processes} processes, pace ${pace}`;
    figures.push(
      {
        id: `${id}.used`,
        what: `limit used by ${who}`,
        value: share,
        unit: '%',
        better: 'higher',
        goal: 98,
        slack: 0.1,
      },
      {
        id: `${id}.refused`,
        what: `429 answers, ${who}`,
        value: refused,
        unit: 'requests',
        better: 'lower',
        goal: 0,
        slack: 0,
      },
    );
  }
  return {
    title: `A limit of ${limit} a minute shared by ${processes} processes with one credential`,
    columns: [left('pace'), right('requests'), right('used'), right('highest'), right('429')],
    rows,
    figures,
  };
}
