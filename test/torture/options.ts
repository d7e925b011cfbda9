import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RoundSize } from './round-plan.js';

export interface CommandOptions {
  readonly seed: number;
  readonly kills: number;
  readonly only: readonly number[] | null;
  readonly size: RoundSize;
  readonly factor: number;
  readonly abreast: number;
  readonly longestMs: number | null;
  /** The bin to torture: `dist/main.js` unless given. */
  readonly bin: string | null;
  /** Where the JSON goes; null = to stdout, below the table. */
  readonly json: string | null;
}

export const usage = `npm run torture -- [flags]
  --kills N       rounds until so many SIGKILLs ended a process; default 60
  --seed S        of rows, faults and kills; default 1
  --round N,…     only these rounds of the seed, to see one again
  --rows LOW-HIGH rows of a round; default 24-60
  --factor F      how many times faster time passes; default 20
  --abreast N     rounds at the same time; default 4
  --minutes M     no round begins after that
  --bin FILE      another main.js
  --json FILE     write the result there (default: below the table)
`;

/** @throws {TypeError} for flags that there are not, or values that are none. */
export function readOptions(args: readonly string[]): CommandOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      round: { type: 'string' },
      rows: { type: 'string', default: '24-60' },
      factor: { type: 'string', default: '20' },
      abreast: { type: 'string', default: '4' },
      minutes: { type: 'string' },
      bin: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const [low, high] = values.rows.split('-');
  const lowest = readNumber('rows', low);
  return {
    seed: readNumber('seed', values.seed),
    kills: readNumber('kills', values.kills),
    only: values.round === undefined ? null : values.round.split(',').map((round) => readNumber('round', round)),
    size: {
      rows: [lowest, high === undefined ? lowest : readNumber('rows', high)],
      interruptions: [3, 7],
      rates: [0, 20, 40, 60, 120],
      triggers: { writes: [1, 8], requests: [1, 24], startMs: [60, 900] },
    },
    factor: readNumber('factor', values.factor),
    abreast: Math.max(1, readNumber('abreast', values.abreast)),
    longestMs: values.minutes === undefined ? null : readNumber('minutes', values.minutes) * 60_000,
    bin: values.bin === undefined ? null : resolve(values.bin),
    json: values.json ?? null,
  };
}

function readNumber(flag: string, text: string | undefined): number {
  const number = Number(text);
  if (text === undefined || text === '' || !(number >= 0)) throw new TypeError(`--${flag} ${text} is no number`);
  return number;
}
