/** How much of a limit is used, and whether it is ever exceeded, as the service sees it: at the arrival of requests. */
import { join } from 'node:path';
import { systemClock } from '../../src/clock.js';
import { clickup } from '../../src/providers/clickup/provider.js';
import { HeldError } from '../../src/providers/http.js';
import { newMeter } from '../../src/run/lane.js';
import { openSession } from '../../src/run/open-session.js';
import { createRunControl } from '../../src/run/run-control.js';
import type { Bench } from './bench.js';
import { type Figure, formatNumber, left, right, type Section } from './figures.js';
import { limitUsed } from './limit-used.js';
import { taskIdOf } from './manifest-file.js';
import type { LimitCase } from './options.js';
import { startSandboxProcess } from './sandbox-process.js';

const paces = ['even', 'window'] as const;
type Pace = (typeof paces)[number];

export async function measureLimit(bench: Bench, cases: readonly LimitCase[]): Promise<Section> {
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const limitCase of cases) {
    const { limit, windowMs, roundTripMs, windows } = limitCase;
    const name = `${limit} in ${windowMs / 1_000} s`;
    bench.tell(`limit of ${name}, ${windows} windows, both paces at the same time`);
    // Side by side: what they cost is a few requests a second, and a real minute is long.
    const seen = await Promise.all(paces.map((pace) => observe(bench, limitCase, pace)));
    for (const { pace, used, highest, requests } of seen) {
      const travel = `${roundTripMs.join('-')} ms`;
      rows.push([name, pace, travel, formatNumber(requests), `${formatNumber(used * 100)} %`, formatNumber(highest)]);
      figures.push(...figuresOf(limitCase, name, pace, used, highest));
    }
  }
  return {
    title: 'Limit used, and the most requests in any rolling window, as they arrived',
    columns: [left('limit'), left('pace'), right('round trip'), right('requests'), right('used'), right('highest')],
    rows,
    figures,
  };
}

function figuresOf({ limit, windowMs }: LimitCase, name: string, pace: Pace, used: number, highest: number): Figure[] {
  const id = `limit.${limit}-in-${windowMs}-ms.${pace}`;
  return [
    {
      id: `${id}.used`,
      what: `limit of ${name} used, pace ${pace}`,
      value: used * 100,
      unit: '%',
      better: 'higher',
      goal: 99,
      slack: 0.1,
    },
    {
      id: `${id}.highest`,
      what: `most requests in any window, limit of ${name}, pace ${pace}`,
      value: highest,
      unit: 'requests',
      better: 'lower',
      goal: limit,
      slack: 0,
    },
  ];
}

interface Observed {
  readonly pace: Pace;
  readonly used: number;
  readonly highest: number;
  readonly requests: number;
}

async function observe(bench: Bench, limitCase: LimitCase, pace: Pace): Promise<Observed> {
  const { limit, windowMs, roundTripMs } = limitCase;
  const [minMs, maxMs] = roundTripMs;
  const sandbox = await startSandboxProcess({ tasks: 0, travelMs: [minMs / 2, maxMs / 2] });
  try {
    await sendFor(limitCase, pace, sandbox.environment, join(bench.workplace.dir, `${pace}-${limit}-${windowMs}`));
    const { requests, highestWindow } = await sandbox.ledger(windowMs);
    const arrivals = requests.map(({ atMs }) => atMs);
    const used = limitUsed(arrivals, limit, windowMs);
    return { pace, used, highest: highestWindow.clickup, requests: arrivals.length };
  } finally {
    await sandbox.close();
  }
}

/** Sends through a session as a run has it, its limiter, budget and HTTP client; only the window is shorter. */
async function sendFor(
  { limit, windowMs, roundTripMs: [, maxMs], windows }: LimitCase,
  pace: Pace,
  environment: Readonly<Record<string, string>>,
  budgetDir: string,
): Promise<void> {
  const concurrency = 10 + Math.ceil((limit / windowMs) * maxMs);
  const session = openSession(clickup.connect(environment, { allowNameSearch: false }), {
    requestsPerMinute: limit,
    windowMs,
    pace,
    concurrency,
    timeoutMs: 30_000,
    giveUpAfterMs: 60_000,
    budgetDir,
    userAgent: 'taskbatch-bench',
    clock: systemClock,
    stopSignal: new AbortController().signal,
    killSignal: new AbortController().signal,
    control: createRunControl(systemClock, {}),
    events: {},
  });
  const reader = session.reader(newMeter());
  let started = 0;
  const work = async (): Promise<void> => {
    // Nobody knows these tasks; that is an answer like any other.
    while (!session.stop.signal.aborted) {
      await reader.read({ method: 'GET', path: ['v2', 'task', taskIdOf(started++)] });
    }
  };
  const workers = Array.from({ length: concurrency }, () => work().catch(ignoreHeld));
  await systemClock.sleep(windows * windowMs);
  // On a machine that is busy with other things: until there is enough to judge by.
  while (started <= 3 * limit + concurrency) await systemClock.sleep(windowMs);
  session.stop.abort();
  await Promise.all(workers);
  await session.close();
}

/** Whoever waits for the limit when the time is over is sent away. */
function ignoreHeld(error: unknown): void {
  if (!(error instanceof HeldError)) throw error;
}
