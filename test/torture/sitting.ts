/** One process of the bin, from its start to its end or to where it is killed. */
import { type BinEnd, type BinProcess, type BinSetting, startBin } from './bin.js';
import type { OtherSide } from './other-side.js';
import type { Interruption } from './round-plan.js';

const tickMs = 6;
const ticksPerLook = 10;
/** A sitting that takes longer hangs. */
const longestMs = 60_000;

export interface SittingOptions {
  readonly setting: BinSetting;
  readonly side: OtherSide;
  readonly interruption: Interruption | null;
  /** Called now and then while the process runs and nothing was done to it yet. */
  readonly look: () => void;
}

export interface SittingEnd extends BinEnd {
  /** Signals that reached a living process. */
  readonly sent: readonly NodeJS.Signals[];
  readonly hung: boolean;
}

export async function sit(args: readonly string[], options: SittingOptions): Promise<SittingEnd> {
  const { setting, side, interruption, look } = options;
  const startedAtMs = performance.now();
  const before = side.seen();
  const process = startBin(args, setting);
  let isOver = false;
  const ended = process.ended.finally(() => {
    isOver = true;
  });
  let sent: NodeJS.Signals[] = [];
  let hung = false;
  for (let tick = 1; !isOver; tick++) {
    const passedMs = performance.now() - startedAtMs;
    if (interruption !== null && hasCome(interruption, before, side)) {
      sent = await interrupt(process, interruption);
      break;
    }
    if (passedMs > longestMs) break;
    if (tick % ticksPerLook === 0) look();
    await pause(tickMs);
  }
  const limit = setTimeout(
    () => {
      hung = true;
      process.child.kill('SIGKILL');
    },
    Math.max(0, longestMs - (performance.now() - startedAtMs)),
  );
  const end = await ended;
  clearTimeout(limit);
  return { ...end, sent, hung };
}

function hasCome(
  { trigger: { on, count } }: Interruption,
  before: ReturnType<OtherSide['seen']>,
  side: OtherSide,
): boolean {
  if (on === 'start') return true;
  const { requests, writes } = side.seen();
  return on === 'write' ? writes - before.writes >= count : requests - before.requests >= count;
}

async function interrupt({ child }: BinProcess, { trigger, signals }: Interruption): Promise<NodeJS.Signals[]> {
  const sent: NodeJS.Signals[] = [];
  if (trigger.afterMs > 0) await pause(trigger.afterMs);
  for (const { signal, afterMs } of signals) {
    if (afterMs > 0) await pause(afterMs);
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (child.kill(signal)) sent.push(signal);
  }
  return sent;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
