/**
 * How a process is told to end: the first request lets what is in the air come to its end and is bounded, the second
 * gives that up too, and the third ends the process at once. What is recorded before a request leaves makes even that
 * harmless. Where nothing has to be brought to an end, the first request ends the process.
 *
 * One press of Ctrl-C may come twice, to the terminal's whole group and handed on by a wrapper such as npx, and a closed
 * terminal is told of by the kernel, the shell and the session: neither is a second request.
 */
import type { Clock } from '../clock.js';
import { exitCodes } from '../exit-codes.js';

/** Who asks for the end. */
export type StopAsker = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'person';

export interface StopSwitch {
  /** Aborted by the first request: nothing new leaves. */
  readonly stopSignal: AbortSignal;
  /** Aborted by the second request, or when draining takes too long. */
  readonly killSignal: AbortSignal;
  /** By the first who asked: 129, 130 or 143. */
  signalExitCode(): number;
  /** The same for people: `Ctrl-C (SIGINT) ended it.` */
  stopMessage(): string;
  requestStop(asker: StopAsker): void;
  /** From now on there is something to bring to an end. @returns what says that it is over; safe to call again. */
  holdOpen(): () => void;
}

export interface StopSwitchOptions {
  /** How long what is in the air is waited for after the first request. */
  readonly drainMs: number;
  readonly clock: Pick<Clock, 'sleep' | 'monotonic'>;
  /** Tells people that the first request was heard. */
  readonly tell: (asker: StopAsker) => void;
  /** Ends the process now. */
  readonly exit: (exitCode: number) => void;
}

const exitCodeOf: Readonly<Record<StopAsker, number>> = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hungUp,
  person: exitCodes.terminated,
};

const messageOf: Readonly<Record<StopAsker, string>> = {
  SIGINT: 'Ctrl-C (SIGINT) ended it.',
  SIGTERM: 'SIGTERM ended it.',
  SIGHUP: 'The terminal was closed (SIGHUP).',
  person: 'It was asked for with `taskbatch stop`.',
};

/** Requests that are closer than this are one. */
const samePressMs = 200;

export function createStopSwitch({ drainMs, clock, tell, exit }: StopSwitchOptions): StopSwitch {
  const stop = new AbortController();
  const kill = new AbortController();
  let first: StopAsker = 'SIGINT';
  let latestMs = Number.NEGATIVE_INFINITY;
  let held = 0;
  const isEcho = (asker: StopAsker): boolean => {
    const sinceMs = clock.monotonic() - latestMs;
    latestMs = clock.monotonic();
    return stop.signal.aborted && (asker === 'SIGHUP' || sinceMs < samePressMs);
  };
  return {
    stopSignal: stop.signal,
    killSignal: kill.signal,
    signalExitCode: () => exitCodeOf[first],
    stopMessage: () => messageOf[first],
    requestStop: (asker) => {
      if (isEcho(asker)) return;
      if (!stop.signal.aborted) first = asker;
      if (held === 0 || kill.signal.aborted) return exit(exitCodeOf[first]);
      if (stop.signal.aborted) return kill.abort();
      tell(asker);
      stop.abort();
      void clock.sleep(drainMs, kill.signal).then(() => kill.abort());
    },
    holdOpen: () => {
      let open = true;
      held += 1;
      return () => {
        if (open) held -= 1;
        open = false;
      };
    },
  };
}
