/** What one round does: its rows, what goes wrong at the service, and how the bin is killed. All from the seed. */
import { createDice, type Dice } from './dice.js';
import { drawRows, type TortureRow } from './rows.js';

/** When a sitting is interrupted: so long after its start, or so long after its n-th request or write arrived. */
export interface Trigger {
  readonly on: 'start' | 'request' | 'write';
  readonly count: number;
  /** Real time. */
  readonly afterMs: number;
}

export interface Interruption {
  readonly trigger: Trigger;
  readonly signals: ReadonlyArray<{ readonly signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'; readonly afterMs: number }>;
}

export interface RoundPlan {
  readonly seed: number;
  readonly round: number;
  readonly rows: readonly TortureRow[];
  /** In the sandbox's own words; empty = none. */
  readonly faults: string;
  /** Requests a minute; 0 = no limit. */
  readonly rate: number;
  readonly pace: 'even' | 'window';
  readonly concurrency: number;
  /** Whether the sandbox refuses what is above the rate, and tells so in its answers. */
  readonly enforced: boolean;
  /** Whether the plan is saved first and applied then. */
  readonly reviewed: boolean;
  /** Whether Bitrix24 is reached by its classic webhook in place of Vibecode. */
  readonly classic: boolean;
  /** Whether somebody reads the state while it is written. */
  readonly watched: boolean;
  /** Real time by which answers are late. */
  readonly latencyMs: readonly [number, number];
  /** One for each sitting, until they are used up. */
  readonly interruptions: readonly Interruption[];
}

/** Bounds of what is drawn, both included. */
export interface RoundSize {
  readonly rows: Range;
  readonly interruptions: Range;
  /** Requests a minute to choose from; 0 = no limit. */
  readonly rates: readonly [number, ...number[]];
  /** After how many writes or requests of a sitting, or after how much real time, it is interrupted. */
  readonly triggers: { readonly writes: Range; readonly requests: Range; readonly startMs: Range };
}
export type Range = readonly [low: number, high: number];

export function planRound(seed: number, round: number, size: RoundSize): RoundPlan {
  const dice = createDice(seed, round);
  const rate = dice.pick(size.rates);
  return {
    seed,
    round,
    rows: drawRows(dice, dice.between(...size.rows)),
    faults: drawFaults(dice),
    rate,
    pace: dice.pick(['even', 'window', 'window']),
    concurrency: dice.pick([1, 4, 8, 16]),
    enforced: rate > 0 && dice.chance(0.5),
    reviewed: dice.chance(0.25),
    classic: dice.chance(0.4),
    watched: dice.chance(0.6),
    latencyMs: dice.pick([
      [0, 2],
      [2, 15],
      [10, 60],
    ]),
    interruptions: Array.from({ length: dice.between(...size.interruptions) }, () =>
      drawInterruption(dice, size.triggers),
    ),
  };
}

/** Each with where it may strike. Times are those of the faster world, but for `slow` and `late`. */
const troubles: ReadonlyArray<readonly [fault: string, filter: 'read' | 'write' | 'any']> = [
  ['500-before', 'any'],
  ['500-after', 'write'],
  ['502-html-before', 'any'],
  ['502-html-after', 'write'],
  ['503-empty-before', 'any'],
  ['503-after', 'write'],
  ['reset-before', 'any'],
  ['reset-after', 'any'],
  ['hang-before', 'any'],
  ['hang-after', 'write'],
  ['slow=40', 'any'],
  ['slow=800', 'write'],
  ['late=300', 'write'],
  ['throttle-service=1', 'any'],
  ['throttle-seconds=2', 'any'],
  ['throttle-date=2', 'any'],
  ['throttle-none', 'any'],
  ['garbage-truncated-after', 'any'],
  ['garbage-html-before', 'any'],
  ['garbage-html-after', 'write'],
];

/** Between none and a fifth of all requests meet trouble, of some kinds. */
function drawFaults(dice: Dice): string {
  const share = dice.pick([0, 0.04, 0.08, 0.12, 0.2]);
  if (share === 0) return '';
  const chosen = dice.shuffle(troubles).slice(0, dice.between(2, 6));
  return chosen.map(([fault, filter]) => `${filter}:${fault}@${(share / chosen.length).toFixed(4)}`).join(',');
}

function drawInterruption(dice: Dice, triggers: RoundSize['triggers']): Interruption {
  const signals: Interruption['signals'] = dice.chance(0.8)
    ? [{ signal: 'SIGKILL', afterMs: 0 }]
    : dice.pick<Interruption['signals']>([
        [{ signal: 'SIGINT', afterMs: 0 }],
        [{ signal: 'SIGTERM', afterMs: 0 }],
        [
          { signal: 'SIGINT', afterMs: 0 },
          { signal: 'SIGKILL', afterMs: dice.between(1, 120) },
        ],
        [
          { signal: 'SIGTERM', afterMs: 0 },
          { signal: 'SIGINT', afterMs: dice.between(1, 120) },
        ],
      ]);
  return { trigger: drawTrigger(dice, triggers), signals };
}

function drawTrigger(dice: Dice, { writes, requests, startMs }: RoundSize['triggers']): Trigger {
  const on = dice.pick(['write', 'write', 'write', 'request', 'start']);
  switch (on) {
    case 'write':
      return { on, count: dice.between(...writes), afterMs: dice.pick([0, 0, 2, 5, 20, 60]) };
    case 'request':
      return { on, count: dice.between(...requests), afterMs: dice.pick([0, 0, 3, 30]) };
    default:
      return { on: 'start', count: 0, afterMs: dice.between(...startMs) };
  }
}
