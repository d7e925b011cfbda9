import { createRandom } from '../../src/sandbox/random.js';

/** Seeded chance. */
export interface Dice {
  /** Whole, both ends included. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** In another order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** @param parts seed and whatever tells this dice from others of the same seed. */
export function createDice(...parts: readonly number[]): Dice {
  const random = createRandom(
    parts.reduce((seed, part) => Math.imul(seed ^ part, 0x9e3779b1) ^ (seed >>> 15), 0x51ed27),
  );
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  return {
    between,
    chance: (probability) => random() < probability,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    shuffle: (items) =>
      items
        .map((item) => ({ item, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  };
}
