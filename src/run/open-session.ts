import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { abortListeners } from '../abort-listeners.js';
import type { Clock } from '../clock.js';
import { messageOf, StateError } from '../errors.js';
import { Air } from '../limiter/air.js';
import { allowedRate } from '../limiter/allowed-rate.js';
import { createBatchingClient } from '../limiter/batching-client.js';
import { openBudget } from '../limiter/budget.js';
import { createLimiter } from '../limiter/limiter.js';
import { createReader, createWriter, type PacedParts } from '../limiter/paced-client.js';
import { createRateKeeper, type RateKeeper } from '../limiter/rate-keeper.js';
import type { Budget } from '../limiter/reservation.js';
import { isLoopback } from '../providers/base-url.js';
import { createHttpClient } from '../providers/http-client.js';
import type { Connection } from '../providers/provider.js';
import { spentForMs } from '../providers/rate-headers.js';
import type { Session } from './lane.js';
import { createPauseTeller } from './pause-teller.js';
import type { RunControl } from './run-control.js';
import type { RunEvents } from './run-events.js';

export interface SessionOptions {
  /** Requests a minute that are asked for; 0 = as many as the service states. What it states is never exceeded. */
  readonly requestsPerMinute: number;
  /** The minute, in ms; shorter only where time is scaled down. */
  readonly windowMs: number;
  readonly pace: 'even' | 'window';
  readonly concurrency: number;
  /** Most rows in one request, where the service takes several; left out, as many as it takes. */
  readonly mostRowsTogether?: number;
  readonly timeoutMs: number;
  readonly giveUpAfterMs: number;
  /** Machine-wide folder of the budgets that processes with one credential share. */
  readonly budgetDir: string;
  readonly userAgent: string;
  readonly clock: Clock;
  /** Aborted when the run is to end: nothing new leaves. */
  readonly stopSignal: AbortSignal;
  /** Aborted when what is in the air is to be given up too. */
  readonly killSignal: AbortSignal;
  readonly events: RunEvents;
  /** What a person may change while the session is open. */
  readonly control: Pick<RunControl, 'join'>;
}

export interface OpenedSession extends Session {
  readonly rates: Pick<RateKeeper, 'goal' | 'stated'>;
}

/** Opens the way to a service: its HTTP client, its limiter and the budget behind it. */
export function openSession(connection: Connection, options: SessionOptions): OpenedSession {
  const { provider, title } = connection;
  const { clock, events, windowMs } = options;
  const bounds = {
    asked: options.requestsPerMinute,
    // The sandbox, or a proxy of one's own: what the service's pages say need not hold there.
    mostPerMinute: isLoopback(new URL(connection.address.baseUrl).hostname) ? null : connection.profile.mostPerMinute,
  };
  const requestsPerMinute = allowedRate({ ...bounds, stated: null });
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // all rows that wait listen to it; Node warns from the 11th on
  if (options.stopSignal.aborted) stop.abort();
  const client = createHttpClient({
    address: connection.address,
    connections: options.concurrency,
    requestTimeoutMs: options.timeoutMs,
    userAgent: options.userAgent,
  });
  let budget: Budget;
  try {
    // Opened without a limit too: an answer may state one.
    budget = openBudget({
      file: budgetFile(connection, options.budgetDir),
      limit: Math.max(1, Math.floor(requestsPerMinute)),
      windowMs,
      requestTimeoutMs: options.timeoutMs,
    });
  } catch (error) {
    void client.close();
    throw error;
  }
  const stopListeners = abortListeners(options.stopSignal);
  const onStop = () => stop.abort();
  stopListeners.add(onStop);
  const pauses = createPauseTeller(provider, events);
  const ofService = pauses.holder(title);
  const limiter = createLimiter({
    requestsPerMinute,
    windowMs,
    // Without any limit of one's own there is no pace either: what answers state is kept to, and no more.
    pace: bounds.asked === 0 && bounds.mostPerMinute === null ? 'window' : options.pace,
    budget,
    clock,
    giveUpAfterMs: options.giveUpAfterMs,
    onPause: ofService.begin,
    onResume: ofService.end,
    onFull: ({ untilMs }) => events.full?.({ provider, title, untilMs }),
  });
  const rates = createRateKeeper(limiter, {
    ...bounds,
    windowMs,
    clock,
    title,
    onChange: (change) => events.rate?.({ provider, title, ...change }),
  });
  let sent = 0;
  const parts: PacedParts = {
    client,
    limiter,
    // Where writes travel together, places are kept for them by those who join them.
    air: new Air(connection.batch === null ? options.concurrency : Number.POSITIVE_INFINITY),
    connection,
    clock,
    stopSignal: stop.signal,
    killSignal: options.killSignal,
    onRequest: (event) => {
      sent += 1;
      events.request?.(event);
    },
    onAnswer: (answer, refusal) => {
      const stated = connection.statedLimit(answer);
      // Whoever states a limit in headers documents what the others beside it mean.
      const spent = stated === null ? null : spentForMs(answer.headers, clock.now());
      rates.answered({ stated, spentForMs: spent, refusal });
    },
  };
  const leaveControl = options.control.join({
    provider,
    title,
    get requestsPerMinute() {
      return rates.goal;
    },
    get inAir() {
      return limiter.inAir();
    },
    hold: () => limiter.hold(),
    letGo: () => limiter.letGo(),
    askRate: (perMinute) => rates.ask(perMinute),
  });
  const { mostRowsTogether = Number.POSITIVE_INFINITY } = options;
  const batch =
    connection.batch === null ? null : { ...connection.batch, size: Math.min(connection.batch.size, mostRowsTogether) };
  const batching = batch === null ? null : createBatchingClient(parts, batch, options.concurrency);
  return {
    connection,
    reader: (meter) => {
      const single = createReader(parts, meter);
      return batching?.reader(single) ?? single;
    },
    writer: (meter, beforeWrite) => {
      const single = createWriter(parts, meter, beforeWrite);
      return batching?.writer(single, meter, beforeWrite) ?? single;
    },
    rowEnded: (meter) => parts.air.release(meter),
    rates,
    pauses,
    get requestsPerMinute() {
      return rates.goal;
    },
    concurrency: options.concurrency,
    // What a row's write rests on is read when the row comes into work: it should not wait long for its turn then.
    get rowsInWork() {
      if (batch !== null) return Math.min(options.concurrency, soonDone(rates.goal)) * batch.size;
      // With nothing but the service to wait for, as many again get ready as are in the air.
      return rates.goal === 0 ? 2 * options.concurrency : Math.min(options.concurrency, soonDone(rates.goal));
    },
    get hasRowsReady() {
      return 2 * parts.air.waiting > options.concurrency;
    },
    takeSent: () => {
      const fresh = sent;
      sent = 0;
      return fresh;
    },
    stop,
    close: async () => {
      leaveControl();
      await limiter.dispose();
      budget.close();
      await client.close();
      stopListeners.delete(onStop);
    },
  };
}

/** How many rows get their turn within half a minute. */
function soonDone(requestsPerMinute: number): number {
  return requestsPerMinute === 0 ? Number.POSITIVE_INFINITY : Math.ceil(requestsPerMinute / 2);
}

/** One file for each service and credential; the name tells nothing about the credential. */
function budgetFile({ provider, address }: Connection, folder: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([address.baseUrl, ...address.secrets]))
    .digest('hex')
    .slice(0, 24);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StateError(`The folder for shared limits can't be made: ${messageOf(error)}.`, {
      where: folder,
      code: 'NOT_WRITABLE',
      fix: 'Check its rights, or set XDG_STATE_HOME to a folder that can be written.',
      cause: error,
    });
  }
  return join(folder, `${provider}-${hash}.db`);
}
