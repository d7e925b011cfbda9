/** Which of a run's events go into its log, and how. */
import type { RequestEvent } from '../limiter/paced-client.js';
import { buildRequestTarget } from '../providers/request-target.js';
import type { RowEnd } from '../run/row-end.js';
import type { RunEvents } from '../run/run-events.js';
import type { LogFields, RunLog } from './logger.js';
import { getsSlower, rateText } from './rate-text.js';

/**
 * Listeners that write one line a request, a row's end, a pause, a change of pace, a phase and a stop. What goes as it
 * should is told at `debug` alone: the run's database holds it too, and at a million rows it would hide the rest.
 */
export function attachLog(log: RunLog): RunEvents {
  const tellsAll = log.isEnabled('debug');
  return {
    phase: ({ phase, rows }) => log.info(`${phase} begins`, { event: 'phase', phase, rows }),
    request: (event) => {
      const bad = event.throttled || event.outcome.kind === 'loss' || event.outcome.status >= 500;
      if (bad) log.warn(requestText(event), requestFields(event));
      else if (tellsAll) log.debug(requestText(event), requestFields(event));
    },
    row: ({ number, line, provider, operation, end }) => {
      const well = end === null || endsWell(end);
      if (well && !tellsAll) return;
      const fields = { event: 'row', row: number, line, provider, operation, ...endFields(end) };
      const write = well ? log.debug : log.warn;
      write(`row ${number} ${endText(end)}`, fields);
    },
    paused: ({ provider, title, untilMs, reason }) => {
      const until = timeOf(untilMs);
      log.warn(`paused by ${title}: ${reason}`, { event: 'paused', provider, until, reason });
    },
    resumed: ({ provider }) => log.info(`${provider} goes on`, { event: 'resumed', provider }),
    heldByPerson: () => log.warn('paused by a person', { event: 'held' }),
    letGoByPerson: () => log.info('let go on by a person', { event: 'let-go' }),
    rate: (event) => {
      const { provider, cause, perMinute, wasPerMinute } = event;
      const write = getsSlower(event) ? log.warn : log.info;
      write(rateText(event), { event: 'rate', provider, cause, perMinute, wasPerMinute });
    },
    stopping: ({ reason, message }) => log.error(`stopping: ${message}`, { event: 'stopping', reason }),
  };
}

function requestText({ method, path, outcome }: RequestEvent): string {
  return `${method} ${pathText(path)} ${outcome.kind === 'answer' ? outcome.status : outcome.code}`;
}

function pathText(path: RequestEvent['path']): string {
  return buildRequestTarget('', { path }) ?? '(no valid path)';
}

function requestFields({ provider, method, path, outcome, durationMs, throttled, writes }: RequestEvent): LogFields {
  const came =
    outcome.kind === 'answer'
      ? { status: outcome.status, requestId: outcome.requestId }
      : { loss: outcome.code, lossType: outcome.type, phase: outcome.phase, detail: outcome.message };
  const batch = writes > 1 ? { writes } : {};
  return {
    event: 'request',
    provider,
    method,
    path: pathText(path),
    ...batch,
    ...came,
    ms: Math.round(durationMs),
    throttled,
  };
}

function endsWell(end: RowEnd): boolean {
  return end.kind === 'ended' && (end.result.to === 'succeeded' || end.result.to === 'skipped');
}

function endText(end: RowEnd | null): string {
  if (end === null) return 'read';
  if (end.kind === 'returned') return 'goes back to the rows to do';
  return end.kind === 'in-doubt' ? 'is in doubt; the next sitting finds out' : end.result.to;
}

function endFields(end: RowEnd | null): LogFields {
  if (end?.kind !== 'ended') return {};
  const { to, outcome, message, httpStatus, requestId, createdId, requests } = end.result;
  const failure = end.failure ?? end.result.failure;
  const why =
    failure === null
      ? {}
      : { errorType: failure.type, errorCode: failure.code, effect: failure.effect, message: failure.message };
  return { state: to, outcome, cause: end.event, httpStatus, requestId, createdId, requests, message, ...why };
}

/** Null for what no calendar has; a service may say anything. */
function timeOf(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
