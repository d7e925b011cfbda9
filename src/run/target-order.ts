/** Rows on one target run one after the other, in manifest order, whatever the concurrency. */
export interface TargetOrder {
  /** Runs `work` when all work given before it for the same target has ended. Without a target it runs at once. */
  run(target: string | null, work: () => Promise<void>): Promise<void>;
}

/** Call `run` in manifest order. Memory holds the targets in work, no others. `work` must not reject. */
export function createTargetOrder(): TargetOrder {
  const last = new Map<string, Promise<void>>();
  return {
    run: async (target, work) => {
      if (target === null) return work();
      const before = last.get(target);
      const mine = before === undefined ? work() : before.then(work);
      last.set(target, mine);
      await mine;
      if (last.get(target) === mine) last.delete(target);
    },
  };
}
