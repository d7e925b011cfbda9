/**
 * Rows on one target run one after the other, in manifest order, whatever the concurrency.
 *
 * A row that takes its target from another row stands under that reference as it is written until the id is known, and
 * under the id then. So rows with one reference keep manifest order among themselves; with a row that names the same id
 * outright, which only a run made after the thing could do, they never run at the same time, in the order in which their
 * waits ended. A row that is held for others (`row-gate.ts`) holds back later rows on its target too.
 */
export interface TargetOrder {
  /** Runs `work` when all work given before it for the same target has ended. Without a target it runs at once. */
  run(target: string | null, work: () => Promise<void>): Promise<void>;
}

/** Call `run` in manifest order. Memory holds the targets in work, no others. `work` must not reject. */
export function createTargetOrder(): TargetOrder {
  const last = new Map<string, Promise<void>>();
  return {
    run: (target, work) => {
      if (target === null) return work();
      const before = last.get(target);
      const mine = (before === undefined ? work() : before.then(work)).then(() => {
        if (last.get(target) === mine) last.delete(target);
      });
      last.set(target, mine);
      return mine;
    },
  };
}
