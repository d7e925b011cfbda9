/**
 * A service in trouble. When {@link rowsInARow} rows in a row failed because of it, each after its tries, or what became
 * of a row in doubt can't be read, no further row goes to it: all wait, and after a pause one of them probes. If the
 * service answers it, all go on; else the pauses grow, and after the last one the service's part of the run ends. Rows
 * that failed meanwhile, certainly without effect, wait with the others, so that an outage fails
 * {@link rowsInARow} - 1 rows at most.
 */
import type { Clock } from '../clock.js';
import type { RowEnd } from './row-end.js';

export const rowsInARow = 5;
/** Before each of the probes. */
export const pausesMs: readonly number[] = [15_000, 30_000, 60_000, 120_000, 240_000];

export interface OutageOptions {
  readonly clock: Clock;
  /** Aborted when the service's part ends: nobody waits any longer. */
  readonly stopSignal: AbortSignal;
  /** Longest single pause. */
  readonly giveUpAfterMs: number;
  onPause(pause: { readonly untilMs: number; readonly reason: string }): void;
  onResume(): void;
  /** It did not end in time; the service's part is to be ended. */
  onGiveUp(message: string): void;
}

/** How a row goes to the service: as one of many, or alone, to see whether it is well. */
export type Passage = 'free' | 'probe';

export interface OutageWatch {
  /** Whether rows may go as they come, each as one of many; else they are to ask. */
  readonly isOpen: boolean;
  /** Resolves when a row may go; null when none may any more. */
  pass(): Promise<Passage | null>;
  /** Told of every end of a row that passed, and once of what a probe came to. @returns whether it stands; else the row is to wait and go again. */
  stands(passage: Passage, end: RowEnd): boolean;
  /** Told instead by a probe that asked the service nothing: another one goes. */
  passOn(): void;
}

interface Outage {
  /** How it showed. */
  readonly reason: string;
  /** Pauses begun, the present one included. */
  pauses: number;
  /** Whether a probe may go, or is on its way, or must wait. */
  probe: 'due' | 'going' | 'later';
}

export function createOutageWatch(options: OutageOptions): OutageWatch {
  const { clock, stopSignal, giveUpAfterMs } = options;
  const waiting: ((passage: Passage | null) => void)[] = [];
  let outage: Outage | null = null;
  let inARow = 0;

  stopSignal.addEventListener(
    'abort',
    () => {
      for (const go of waiting.splice(0)) go(null);
    },
    { once: true },
  );

  const begin = (troubled: Outage, last: string): void => {
    const pauseMs = pausesMs[troubled.pauses] ?? Number.POSITIVE_INFINITY;
    if (pauseMs > giveUpAfterMs) {
      const probes = troubled.pauses === 0 ? '' : `, and it was no better after ${countOf(troubled.pauses)}`;
      options.onGiveUp(`${troubled.reason}${probes}. The last one: ${last}`);
      return;
    }
    troubled.pauses += 1;
    troubled.probe = 'later';
    options.onPause({ untilMs: clock.now() + pauseMs, reason: `${troubled.reason}; then one row is tried. ${last}` });
    void clock.sleep(pauseMs, stopSignal).then(() => {
      if (!stopSignal.aborted) probe(troubled);
    });
  };
  const probe = (troubled: Outage): void => {
    const prober = waiting.shift();
    troubled.probe = prober === undefined ? 'due' : 'going';
    prober?.('probe');
  };
  const recover = (): void => {
    outage = null;
    inARow = 0;
    options.onResume();
    for (const go of waiting.splice(0)) go('free');
  };

  return {
    get isOpen() {
      return outage === null && !stopSignal.aborted;
    },
    pass: async () => {
      if (stopSignal.aborted) return null;
      if (outage === null) return 'free';
      if (outage.probe === 'due') {
        outage.probe = 'going';
        return 'probe';
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    passOn: () => {
      if (outage !== null) probe(outage);
    },
    stands: (passage, end) => {
      const trouble = troubleOf(end);
      if (outage !== null) {
        if (passage === 'probe') {
          if (trouble === null) recover();
          else begin(outage, trouble.message);
        }
        return trouble === null;
      }
      if (trouble === null) {
        if (end.kind === 'ended') inARow = 0;
        return true;
      }
      inARow += 1;
      if (inARow < rowsInARow && !trouble.inDoubt) return true;
      const reason = trouble.inDoubt ? "what became of a row can't be read" : `${inARow} rows in a row failed`;
      outage = { reason, pauses: 0, probe: 'later' };
      begin(outage, trouble.message);
      return false;
    },
  };
}

function countOf(pauses: number): string {
  return pauses === 1 ? 'a pause' : `${pauses} pauses`;
}

/** Whether the service is to blame for the end of a row, which may go again; null for any other end. */
function troubleOf(end: RowEnd): { readonly inDoubt: boolean; readonly message: string } | null {
  if (end.kind === 'in-doubt')
    return end.stop?.reason === 'outage' ? { inDoubt: true, message: end.stop.message } : null;
  if (end.kind !== 'ended' || end.result.to !== 'failed' || end.result.createdId !== null) return null;
  const { failure, event } = end;
  if (failure === null || failure.scope !== 'service' || !failure.retryable) return null;
  // Where it was settled, or only looked, it is known to have had none.
  const hadNoEffect = event !== 'answered' || failure.effect === 'none';
  return hadNoEffect ? { inDoubt: false, message: failure.message } : null;
}
