/**
 * Uniform numbers in [0, 1) that repeat with the same seed (mulberry32). Good enough to spread faults and latencies;
 * never use it for secrets.
 *
 * @param seed any number; only its lower 32 bits count.
 */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
