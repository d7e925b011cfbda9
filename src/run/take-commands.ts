/** The side of a run that is going on: takes what people in other terminals want of it, and tells how it stands. */
import type { Clock } from '../clock.js';
import { type ControlCommand, type LiveState, openControlDesk } from '../state/control-file.js';
import { insertEvent, readRun, updateRun } from '../state/run-records.js';
import type { OpenRun } from './open-run.js';
import type { RunControl } from './run-control.js';
import type { RunEvents } from './run-events.js';

/** Between two looks for commands. */
const lookMs = 500;
/** How long the answer to `pause` waits for what is in the air. */
const drainAnswerMs = 5_000;
const drainLookMs = 50;

export interface TakeOptions {
  readonly run: OpenRun;
  readonly control: RunControl;
  readonly clock: Clock;
  /** Ms until the last row is expected to end; null while nothing can be said. */
  readonly remainingMs: () => number | null;
  /** Ends the run as a signal would; called again, what is in the air is given up. */
  readonly requestStop: () => void;
  /** Whether the run is ending. */
  readonly stopSignal: AbortSignal;
}

export interface CommandTaker {
  /** To be joined with the other listeners of the run. */
  readonly events: RunEvents;
  /** Takes no more commands; to be called while the run's lock is still held. */
  close(): void;
}

/** How a command went, for the person who gave it: a sentence. */
type Answer = string;

export function takeCommands(options: TakeOptions): CommandTaker {
  const { run, control, clock, requestStop, stopSignal } = options;
  const desk = openControlDesk(run.folder);
  const closed = new AbortController();
  const pauses = new Map<string, NonNullable<LiveState['services'][number]['pause']>>();

  let endsAtMs: number | null = null;
  const live = (): LiveState => ({
    pausedSinceMs: control.pausedSinceMs,
    endsAtMs,
    services: control.services.map(({ provider, title, requestsPerMinute }) => ({
      provider,
      title,
      perMinute: requestsPerMinute,
      pause: pauses.get(provider) ?? null,
    })),
  });
  let told = '';
  const tell = (): void => {
    endsAtMs = steadyEnd(endsAtMs, options.remainingMs(), clock.now());
    const now = live();
    const text = JSON.stringify(now);
    if (closed.signal.aborted || text === told) return;
    told = text;
    desk.tell(now);
  };

  /** Nothing leaves any more; the answer comes when nothing is in the air either, or after a while. */
  const pause = async (): Promise<Answer> => {
    const isNew = control.pause();
    tell();
    const inAir = () => control.services.reduce((sum, service) => sum + service.inAir, 0);
    const untilMs = clock.monotonic() + drainAnswerMs;
    while (inAir() > 0 && clock.monotonic() < untilMs && !closed.signal.aborted) {
      await clock.sleep(drainLookMs, closed.signal);
    }
    const left = inAir();
    const air = left === 0 ? 'Nothing is in the air.' : `Nothing new leaves; ${left} answers are still awaited.`;
    return `${isNew ? 'It is paused.' : 'It was paused before, and stays so.'} ${air}`;
  };
  const resume = (): Answer => (control.resume() ? 'It goes on.' : 'It was not paused, and goes on.');
  const setRate = (asked: number): Answer => {
    control.setRate(asked);
    const { settings } = readRun(run.database).record;
    updateRun(run.database, { settings: { ...settings, requestsPerMinute: asked } });
    const rates = control.services.map((service) => rateAnswer(service, asked));
    return rates.length === 0 ? `It will begin at ${rateWords(asked)}.` : rates.join(' ');
  };
  const stop = (): Answer => {
    const again = stopSignal.aborted;
    requestStop();
    return again ? 'It gives up what is in the air, and saves.' : 'It waits for what is in the air, then saves.';
  };
  const obey = async ({ kind, value }: ControlCommand): Promise<Answer> => {
    insertEvent(run.database, clock.now(), 'command', value === null ? kind : `${kind} ${value}`);
    if (kind === 'pause') return pause();
    if (kind === 'resume') return resume();
    return kind === 'stop' ? stop() : setRate(value ?? 0);
  };
  const take = async (command: ControlCommand): Promise<void> => {
    try {
      desk.answer(command.id, await obey(command));
    } catch {
      // The state can't be written; the journal meets the same trouble, and ends the run for it.
      desk.answer(command.id, 'It meets trouble with its state and is about to end.');
    }
    tell();
  };
  const watch = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      tell();
      for (const command of desk.take()) void take(command);
      await clock.sleep(lookMs, closed.signal);
    }
  };
  void watch();

  return {
    events: {
      paused: ({ provider, untilMs, reason }) => {
        pauses.set(provider, { untilMs, reason });
        tell();
      },
      resumed: ({ provider }) => {
        pauses.delete(provider);
        tell();
      },
    },
    close: () => {
      if (closed.signal.aborted) return;
      closed.abort();
      desk.close('It ended before it could take the command.', 'It took the command, and ended meanwhile.');
    },
  };
}

/** An end that moves by no more than an estimate does is not told anew: each telling is a write to the disk. */
function steadyEnd(toldMs: number | null, remainingMs: number | null, nowMs: number): number | null {
  if (remainingMs === null) return null;
  const endsAtMs = Math.round(nowMs + remainingMs);
  const toleranceMs = 1_000 + remainingMs / 50;
  return toldMs !== null && Math.abs(endsAtMs - toldMs) <= toleranceMs ? toldMs : endsAtMs;
}

function rateAnswer({ title, requestsPerMinute }: RunControl['services'][number], asked: number): string {
  const bound = asked === 0 || requestsPerMinute >= asked ? '' : `, the most that it states; ${asked} were asked for`;
  return `${title}: ${rateWords(requestsPerMinute)} from now on${bound}.`;
}

function rateWords(perMinute: number): string {
  return perMinute === 0 ? 'no limit of requests' : `${perMinute} requests a minute`;
}
