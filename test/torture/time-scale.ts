/**
 * Time that passes faster, for the bin and for the sandbox alike: a minute's window, a back-off and a time-out last a
 * fraction of what they are, and all of them the same one. The bin itself is not changed: what it is given is a clock.
 */

export interface TimeScale {
  /** How many times faster. */
  readonly factor: number;
  /** The machine's monotonic clock, in ms, at the instant at which both times were the same. */
  readonly anchorMs: number;
  /** The wall clock at that instant. */
  readonly wallMs: number;
}

export function createTimeScale(factor: number): TimeScale {
  return { factor, anchorMs: sinceBootMs(), wallMs: Date.now() };
}

/** The wall clock of a faster world, in ms with fractions; never runs backwards. */
export function scaledClock({ factor, anchorMs, wallMs }: TimeScale): () => number {
  return () => wallMs + (sinceBootMs() - anchorMs) * factor;
}

/** A Node flag with which a process lives in that time. */
export function scaleFlag({ factor, anchorMs, wallMs }: TimeScale): string {
  const script = `(${scaleTime.toString()})(${factor}, ${anchorMs}, ${wallMs});`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}

function sinceBootMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Runs in the bin's process before the bin does, alone: it must not use anything from outside of itself. */
function scaleTime(factor: number, anchorMs: number, wallMs: number): void {
  const { setTimeout: realTimeout } = globalThis;
  const readClock = process.hrtime.bigint;
  const realMs = () => Number(readClock()) / 1e6;
  const startedAtMs = realMs();
  const machineMs = () => anchorMs + (realMs() - anchorMs) * factor;
  Date.now = () => Math.floor(wallMs + (realMs() - anchorMs) * factor);
  performance.now = () => (realMs() - startedAtMs) * factor;
  const hrtime = () => {
    const ms = machineMs();
    const seconds = Math.floor(ms / 1_000);
    return [seconds, Math.floor((ms - seconds * 1_000) * 1e6)];
  };
  Reflect.set(process, 'hrtime', Object.assign(hrtime, { bigint: () => BigInt(Math.floor(machineMs() * 1e6)) }));
  Reflect.set(globalThis, 'setTimeout', (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    realTimeout(work, ms / factor, ...args),
  );
}
