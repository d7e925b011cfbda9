/** Counts events of the last window in steps of a sixtieth of it: constant space, for people to look at. */
const steps = 60;

export class RollingCount {
  readonly #stepMs: number;
  readonly #counts = new Array<number>(steps).fill(0);
  #latestStep = 0;

  constructor(windowMs: number) {
    this.#stepMs = windowMs / steps;
  }

  add(nowMs: number): void {
    const index = this.#moveTo(nowMs);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  total(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Empties the steps that time has passed since; returns the place of the current one. */
  #moveTo(nowMs: number): number {
    const step = Math.floor(nowMs / this.#stepMs);
    if (step - this.#latestStep >= steps) this.#counts.fill(0);
    else for (let passed = this.#latestStep + 1; passed <= step; passed += 1) this.#counts[passed % steps] = 0;
    this.#latestStep = Math.max(step, this.#latestStep);
    return step % steps;
  }
}
