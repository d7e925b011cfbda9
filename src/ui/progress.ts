/**
 * Shows how far a run is: bars on a terminal, elsewhere a plain line every ten seconds and at each change of phase.
 * While it shows, whatever else goes to the same stream must go through {@link Progress.log}.
 */
import type { Writable } from 'node:stream';
import { MultiBar } from 'cli-progress';
import type { Clock } from '../clock.js';
import type { RunEvents } from '../run/run-events.js';
import { plainText } from './plain-text.js';
import { barLine, plainLine } from './progress-line.js';
import {
  createPhaseModel,
  createWorkModel,
  type PhaseModel,
  type ProgressLane,
  type ProgressPhase,
  type ProgressUnit,
} from './progress-model.js';
import { getsSlower, rateText } from './rate-text.js';
import { visibleText } from './visible-text.js';

export interface ProgressOptions {
  readonly stream: Writable;
  /** Whether `stream` is a terminal that can be drawn on. */
  readonly isTerminal: boolean;
  readonly clock: Clock;
  /** False: nothing is shown, and `log` still writes. */
  readonly enabled: boolean;
  /** The terminal's width at this moment. */
  readonly columns: () => number;
  readonly unicode: boolean;
  /** IANA name of the zone in which times are told; undefined = the machine's. */
  readonly timeZone: string | undefined;
}

export interface Progress {
  /** To be joined with the other listeners of the run. */
  readonly events: RunEvents;
  /**
   * Begins a phase with one line for each service. Where it is not called, a `phase` event begins one with a single
   * line for all, which knows no limit and so estimates less well.
   */
  start(phase: ProgressPhase, lanes: readonly ProgressLane[]): void;
  /**
   * Begins work that tells itself how far it is. Nothing is shown before it has taken a second.
   * @param total null where nobody knows. @returns what it calls with all that is done so far.
   */
  work(
    phase: ProgressPhase,
    of: { readonly unit: ProgressUnit; readonly total: number | null },
  ): (done: number) => void;
  /** Ms until the last row of a run is expected to end, also while nothing is shown; null while nothing can be said. */
  remainingMs(): number | null;
  /** Writes lines of text, already fit for the screen, between the bars and never into them. */
  log(text: string): void;
  /** Ends the phase with its last figures, and gives the cursor back. Safe to call at any time and again. */
  stop(): void;
}

/** Between two plain lines. */
export const plainIntervalMs = 10_000;
const redrawsPerSecond = 5;
/** What takes less is over before it is read. */
const worthShowingMs = 1_000;

/** Services go on side by side: the last of them to end ends the phase. Null where one of them can't tell. */
function longestMs(model: PhaseModel): number | null {
  const all = model.view().map(({ remainingMs }) => remainingMs);
  return all.reduce((most, one) => (most === null || one === null ? null : Math.max(most, one)), 0);
}

/** How a phase is drawn. */
interface Drawing {
  log(text: string): void;
  stop(): void;
}

export function createProgress(options: ProgressOptions): Progress {
  let model: PhaseModel | null = null;
  let drawing: Drawing | null = null;
  let heldSinceMs: number | null = null;
  const stop = (): void => {
    drawing?.stop();
    drawing = null;
    model = null;
  };
  const log = (text: string): void => {
    const told = options.unicode ? text : plainText(text);
    if (drawing === null) writeLines(options.stream, told);
    else drawing.log(told);
  };
  const begin = (phase: ProgressPhase, rows: number, lanes: readonly ProgressLane[]): void => {
    stop();
    model = createPhaseModel(phase, rows, lanes, options.clock);
    if (heldSinceMs !== null) model.events.heldByPerson({ sinceMs: heldSinceMs });
    if (options.enabled) drawing = draw(model, options);
  };
  /** Whoever is held back wants to know why, also in the first second. */
  const showWait = (): void => {
    if (options.enabled && model !== null) drawing ??= draw(model, options);
  };
  const work: Progress['work'] = (phase, of) => {
    stop();
    const counter = createWorkModel(phase, of, options.clock);
    const startedAtMs = options.clock.monotonic();
    model = counter;
    return (done) => {
      // Something else has begun since.
      if (model !== counter) return;
      counter.advance(done);
      if (!options.enabled || drawing !== null || options.clock.monotonic() - startedAtMs < worthShowingMs) return;
      drawing = draw(counter, options);
    };
  };
  return {
    events: {
      phase: ({ phase, rows }) => {
        // Rows in doubt are part of the running phase that was begun with `start`, each service's at its own time.
        if (model?.phase === phase || (phase === 'settling' && model?.phase === 'running')) return;
        begin(phase, rows, []);
      },
      row: (event) => model?.events.row(event),
      request: (event) => model?.events.request(event),
      paused: (event) => {
        model?.events.paused(event);
        showWait();
      },
      resumed: (event) => model?.events.resumed(event),
      full: (event) => {
        model?.events.full(event);
        showWait();
      },
      heldByPerson: (event) => {
        heldSinceMs = event.sinceMs;
        model?.events.heldByPerson(event);
        if (options.enabled) log('Paused from another terminal: nothing leaves until it is resumed there.');
      },
      letGoByPerson: () => {
        heldSinceMs = null;
        model?.events.letGoByPerson();
        if (options.enabled) log('Resumed from another terminal.');
      },
      rate: (event) => {
        model?.events.rate(event);
        // Before a phase begins, the plan or a warning tells the figure; that it comes back is no news.
        if (event.cause === 'recovered' || (model === null && event.cause !== 'asked')) return;
        const isWarning = event.cause === 'stated' && getsSlower(event);
        if (isWarning) log(`warning: ${visibleText(rateText(event))}`);
        else if (options.enabled) log(visibleText(rateText(event)));
      },
      stopping: ({ message }) => {
        if (options.enabled) log(`Stopping: ${visibleText(message)} Requests in the air are waited for.`);
      },
    },
    start: (phase, lanes) => begin(phase, 0, lanes),
    work,
    remainingMs: () => (model?.phase === 'running' ? longestMs(model) : null),
    log,
    stop,
  };
}

function draw(model: PhaseModel, options: ProgressOptions): Drawing {
  return options.isTerminal ? drawBars(model, options) : drawLines(model, options);
}

function drawBars(model: PhaseModel, { stream, columns, clock, unicode, timeZone }: ProgressOptions): Drawing {
  const bars = new MultiBar({
    stream,
    fps: redrawsPerSecond,
    hideCursor: true,
    // Signals are the caller's matter; this option would make cli-progress listen to them too.
    gracefulExit: false,
    // Lines that moved down below a log line are drawn again although they did not change.
    forceRedraw: true,
    // Anything else switches the terminal's wrapping off, which would outlive a killed process.
    linewrap: true,
    format: (_options, _params, lane: { readonly index: number }) => {
      const view = model.view()[lane.index];
      // One column stays free: a full line makes some terminals begin the next one. Some terminals don't know their width.
      const width = Math.max(20, (columns() || 80) - 1);
      return view === undefined ? '' : barLine(model.phase, view, width, { nowMs: clock.now(), timeZone, unicode });
    },
  });
  for (const [index, view] of model.view().entries()) bars.create(view.total, 0, { index });
  bars.update();
  return {
    log: (text) => {
      // The bars' old lines are overwritten by these, so each clears what it leaves standing to its right.
      for (const line of linesOf(text)) bars.log(`${line}\u001b[K\n`);
    },
    stop: () => {
      // `stop` forgets log lines that wait for a redraw.
      bars.update();
      bars.stop();
    },
  };
}

function drawLines(model: PhaseModel, { stream, clock, unicode, timeZone }: ProgressOptions): Drawing {
  const stopped = new AbortController();
  const show = (): void => {
    const style = { nowMs: clock.now(), timeZone, unicode };
    for (const view of model.view()) stream.write(`${plainLine(model.phase, view, style)}\n`);
  };
  const repeat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(plainIntervalMs, stopped.signal);
      if (stopped.signal.aborted) return;
      show();
    }
  };
  show();
  void repeat();
  return {
    log: (text) => writeLines(stream, text),
    stop: () => {
      stopped.abort();
      if (model.view().some(({ done, total }) => done + total > 0)) show();
    },
  };
}

function writeLines(stream: Writable, text: string): void {
  for (const line of linesOf(text)) stream.write(`${line}\n`);
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
