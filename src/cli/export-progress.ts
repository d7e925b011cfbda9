/** How far an export is, on stderr: one line that is written over on a terminal, elsewhere a line now and then. */
import type { RunEvents } from '../run/run-events.js';
import { formatSecond } from '../ui/format-numbers.js';
import { visibleText } from '../ui/visible-text.js';
import type { CliContext } from './context.js';

export interface ExportProgress {
  /** To be joined with the other listeners. */
  readonly events: RunEvents;
  /** After each page. */
  show(readTasks: number, keptTasks: number): void;
  /** Clears what is written over. */
  stop(): void;
}

const plainIntervalMs = 10_000;
const redrawIntervalMs = 200;

export function createExportProgress({ stderr, clock, environment }: CliContext, enabled: boolean): ExportProgress {
  const isTerminal = stderr.isTTY === true;
  const intervalMs = isTerminal ? redrawIntervalMs : plainIntervalMs;
  let requests = 0;
  let shownAtMs = clock.monotonic();
  const write = (text: string) => {
    const line = visibleText(text);
    if (enabled) stderr.write(isTerminal ? `\r${line.slice(0, (stderr.columns ?? 80) - 1)}\u001b[K` : `${line}\n`);
  };
  const stamp = () => formatSecond(clock.now(), environment.TZ);
  return {
    events: {
      request: () => {
        requests += 1;
      },
      paused: ({ title, untilMs, reason }) => {
        write(`${stamp()} paused by ${title} until ${formatSecond(untilMs, environment.TZ)}: ${reason}`);
      },
    },
    show: (readTasks, keptTasks) => {
      const nowMs = clock.monotonic();
      if (nowMs - shownAtMs < intervalMs) return;
      shownAtMs = nowMs;
      const chosen = keptTasks === readTasks ? '' : `, ${count(keptTasks)} chosen`;
      write(`${stamp()} Exporting: ${count(readTasks)} tasks read${chosen}, ${count(requests)} requests`);
    },
    stop: () => {
      if (isTerminal && enabled) stderr.write('\r\u001b[K');
    },
  };
}

function count(value: number): string {
  return value.toLocaleString('en');
}
