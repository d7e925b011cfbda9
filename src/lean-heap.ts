/**
 * Keeps the process small. Without it a run of a million rows holds some 70 MB more, all of it garbage that is still to
 * be collected or memory of a compiler; measured with `npm run bench -- --only memory`.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const leanFlags = [
  '--heap-growing-percent=60',
  // What rows are made of is taken for long-lived while the first ones are read, and goes where only a full collection
  // frees it.
  '--no-allocation-site-pretenuring',
  // undici's parser is WebAssembly. Optimising it takes 30 MB for a moment, and answers are parsed no faster.
  '--liftoff-only',
  // A run that waits for the limit makes little garbage; to collect it whole every few seconds, as is done for processes
  // that seem idle, takes a third of what such a run costs. What does that is made with the heap, so that
  // `--no-memory-reducer` comes too late here: it waits for a day instead.
  '--gc-memory-reducer-start-delay-ms=86400000',
  // So small a young generation is copied by one thread before others are awake to help.
  '--no-parallel-scavenge',
];

/**
 * A young generation of up to 48 MB comes from loading modules. Rows by the batch need no more than this; with half of it,
 * a fast run's rows in work outlive most collections, and each is copied twice and then freed among the old.
 */
const mostYoungBytes = 16 * 1_024 * 1_024;

/** `perf_hooks` would tell of each collection, and takes every command some milliseconds to load. */
const lookEveryMs = 100;

/**
 * To be called once, before much is read.
 * @param nodeVersion where the flags were not tried nothing is set: the engine complains on stderr of those it does not know.
 */
export function keepHeapLean(nodeVersion: string): void {
  const major = Number(nodeVersion.split('.', 1)[0]);
  if (!(major >= 20 && major <= 24)) return;
  for (const flag of leanFlags) setFlagsFromString(flag);
  const looks = setInterval(() => {
    if (youngBytes() < mostYoungBytes) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(looks);
  }, lookEveryMs).unref();
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
