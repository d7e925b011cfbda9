/** `status --watch`: looks at a run again and again until it ends. It only reads, so the run never notices. */
import { stripVTControlCharacters } from 'node:util';
import { UsageError } from '../errors.js';
import { parseDuration } from '../job/duration.js';
import { terminalSafeJson } from '../json.js';
import type { RunSummary } from '../run/run-summary.js';
import { runJson } from '../ui/json-output.js';
import { type LiveView, renderStatus, watchLine } from '../ui/status-text.js';
import { widthOf } from '../ui/text-width.js';
import type { CliContext } from './context.js';
import { textStyle } from './print.js';

/** A run as it was found. */
export type RunLook =
  /** `live` is null when no process is planning or executing it. */
  | { readonly kind: 'run'; readonly summary: RunSummary; readonly live: LiveView | null }
  /** Its plan stands; a process that has it in hand asks whether to execute it. */
  | { readonly kind: 'plan'; readonly run: string; readonly isLocked: boolean };

interface Flags {
  readonly json: boolean;
  readonly interval?: string | undefined;
}

const shortestMs = 100;

/**
 * Shows one look after the other: redrawn on a terminal, elsewhere a line each.
 * @returns the look at which the run had ended; null when whoever reads the output went away before.
 */
export async function watchRun(look: () => RunLook, flags: Flags, context: CliContext): Promise<RunLook | null> {
  const { stdout, clock } = context;
  const draws = !flags.json && stdout.isTTY === true;
  const intervalMs = intervalOf(flags, draws ? 1_000 : 10_000);
  const gone = new AbortController();
  stdout.once('error', () => gone.abort());
  const show = draws ? createDrawing(context) : (text: string) => stdout.write(`${text}\n`);
  for (;;) {
    const seen = look();
    if (gone.signal.aborted) return null;
    if (hasEnded(seen)) {
      if (draws) show('');
      return seen;
    }
    show(textOf(seen, flags, context, draws));
    await clock.sleep(intervalMs, gone.signal);
  }
}

function hasEnded(seen: RunLook): boolean {
  return seen.kind === 'plan' ? !seen.isLocked : seen.live === null;
}

function textOf(seen: RunLook, { json }: Flags, context: CliContext, draws: boolean): string {
  const style = textStyle(context, context.stdout);
  if (seen.kind === 'plan') {
    const { run } = seen;
    return json
      ? JSON.stringify({ kind: 'run', run, state: 'planned' })
      : `Run ${run} is planned and waits for an answer.`;
  }
  const { summary, live } = seen;
  if (json) return terminalSafeJson(JSON.stringify(runJson(summary, null, live)));
  if (draws || live === null) return renderStatus(summary, null, live, style);
  return watchLine(summary, live, style);
}

/** Draws each text over the one before, cut to what the screen holds. */
function createDrawing({ stdout }: Pick<CliContext, 'stdout'>): (text: string) => void {
  let drawn = 0;
  return (text) => {
    const height = Math.max(2, (stdout.rows ?? 24) - 1);
    const width = Math.max(1, stdout.columns ?? 80);
    const lines = text.replace(/\n$/, '').split('\n').slice(0, height);
    const up = drawn === 0 ? '' : `\u001b[${drawn}A`;
    stdout.write(`${up}\r\u001b[J${text === '' ? '' : `${lines.join('\n')}\n`}`);
    drawn =
      text === ''
        ? 0
        : lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(stripVTControlCharacters(line)) / width)), 0);
  };
}

/** @throws {UsageError} */
function intervalOf({ interval }: Flags, otherwiseMs: number): number {
  if (interval === undefined) return otherwiseMs;
  const ms = parseDuration(interval, '--interval');
  if (ms >= shortestMs) return ms;
  throw new UsageError(`--interval ${interval} is too short.`, { code: 'INTERVAL', fix: 'Give 100ms or more.' });
}
