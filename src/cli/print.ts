/** What commands put on stdout: text for people, or one JSON document with the same content. */

import { terminalSafeJson } from '../json.js';
import type { RunSummary } from '../run/run-summary.js';
import { renderJson, runJson, runsJson } from '../ui/json-output.js';
import type { RunReports } from '../ui/run-reports.js';
import { renderRun } from '../ui/run-text.js';
import { type LiveView, renderRuns, renderStatus } from '../ui/status-text.js';
import { usesColour, usesUnicode } from '../ui/terminal-style.js';
import type { TextStyle } from '../ui/text-style.js';
import type { CliContext } from './context.js';
import { withStateDir } from './state-dir-hint.js';

export interface Where {
  readonly flags: { readonly json: boolean; readonly stateDir: string };
  readonly context: CliContext;
  /** JSON in one line, where it is the last of several. */
  readonly oneLine?: boolean;
}

/** Any other JSON than a summary's. */
export function printJson(context: Pick<CliContext, 'stdout'>, value: unknown): void {
  context.stdout.write(`${terminalSafeJson(JSON.stringify(value, null, 2))}\n`);
}

/** How text is to look on the given stream. */
export function textStyle(context: CliContext, stream: { isTTY?: boolean; columns?: number }): TextStyle {
  const { environment } = context;
  return {
    colour: usesColour(environment, stream),
    width: stream.columns ?? 80,
    unicode: usesUnicode(environment),
    nowMs: context.clock.now(),
    timeZone: environment.TZ,
  };
}

export function printRun(summary: RunSummary, files: RunReports, { flags, context }: Where): void {
  const told = withNext(summary, flags);
  if (flags.json) context.stdout.write(renderJson(runJson(told, files)));
  else {
    const rows = withStateDir(`taskbatch report ${told.run}`, flags);
    context.stdout.write(renderRun(told, files, textStyle(context, context.stdout), rows));
  }
}

export function printStatus(
  summary: RunSummary,
  files: RunReports | null,
  live: LiveView | null,
  { flags, context, oneLine }: Where,
): void {
  const told = withNext(summary, flags);
  if (flags.json) context.stdout.write(jsonText(runJson(told, files, live), oneLine));
  else context.stdout.write(renderStatus(told, files, live, textStyle(context, context.stdout)));
}

export function printRuns(runs: readonly RunSummary[], { flags, context }: Where): void {
  if (flags.json) context.stdout.write(renderJson(runsJson(runs.map((run) => withNext(run, flags)))));
  else context.stdout.write(renderRuns(runs, textStyle(context, context.stdout)));
}

export function jsonText(value: Parameters<typeof renderJson>[0], oneLine = false): string {
  return oneLine ? `${terminalSafeJson(JSON.stringify(value))}\n` : renderJson(value);
}

function withNext(summary: RunSummary, flags: { readonly stateDir: string }): RunSummary {
  return summary.next === null ? summary : { ...summary, next: withStateDir(summary.next, flags) };
}
