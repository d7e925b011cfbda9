/** `pace: window`: a small job starts with a burst as far as the rolling window allows, over restarts too. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBudget } from '../../src/limiter/budget.js';
import { createLimiter } from '../../src/limiter/limiter.js';
import { createFakeClock } from '../support/fake-clock.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

const windowMs = 60_000;
const requestTimeoutMs = 30_000;
const limit = 100;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'burst-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A machine; each `start` is a process with the same credential, whose requests take `travelMs` to be answered. */
function createMachine(travelMs: number) {
  const clock = createFakeClock();
  const beganMs = clock.monotonic();
  const arrivals: number[] = [];
  const start = () => {
    const nowMs = () => 1_000_000 + clock.monotonic() - beganMs;
    const budget = openBudget({ file: join(folder, 'b.db'), limit, windowMs, requestTimeoutMs, nowMs });
    const limiter = createLimiter({
      ...{ requestsPerMinute: limit, windowMs, pace: 'window', budget, clock, giveUpAfterMs: 900_000 },
    });
    let isDead = false;
    const sendOne = async () => {
      const ticket = await limiter.acquire().catch(() => null);
      if (ticket === null || isDead) return;
      arrivals.push(clock.monotonic() - beganMs);
      await clock.sleep(travelMs);
      if (!isDead) ticket.done();
    };
    return {
      send: (rows: number) => {
        for (let row = 0; row < rows; row += 1) void sendOne();
      },
      /** Without a word to the budget, as by `kill -9`. */
      kill: () => {
        isDead = true;
        budget.close();
      },
      end: async () => {
        await limiter.dispose();
        budget.close();
      },
    };
  };
  return { clock, arrivals, start };
}

test('60 rows under a limit of 100 leave at once, and the next ones as far as the window has room', async () => {
  const { clock, arrivals, start } = createMachine(200);
  const job = start();
  job.send(60);
  await clock.advance(0);
  expect(arrivals).toEqual(Array(60).fill(0));
  await clock.advance(1_000);
  job.send(60);
  await clock.advance(windowMs - 1_000);
  expect(arrivals.slice(60)).toEqual(Array(40).fill(1_000));
  await clock.advance(windowMs);
  expect(arrivals).toHaveLength(120);
  expect(arrivals[100]).toBeGreaterThanOrEqual(windowMs + 200);
  expect(mostInAnyWindow(arrivals, windowMs)).toBe(limit);
  await job.end();
});

test('a process that starts again has what is left of the window, whether the one before ended or was killed', async () => {
  for (const how of ['end', 'kill'] as const) {
    const { clock, arrivals, start } = createMachine(200);
    const before = start();
    before.send(60);
    // Half a minute, or in the middle of its requests.
    await clock.advance(how === 'end' ? windowMs / 2 : 100);
    await before[how]();
    const after = start();
    after.send(60);
    await clock.advance(0);
    expect([how, arrivals.length]).toEqual([how, limit]);
    await clock.advance(windowMs + requestTimeoutMs + 1_000);
    expect([how, arrivals.length]).toEqual([how, 120]);
    expect(mostInAnyWindow(arrivals, windowMs)).toBeLessThanOrEqual(limit);
    await after.end();
    rmSync(join(folder, 'b.db'));
    for (const rest of ['b.db-wal', 'b.db-shm']) rmSync(join(folder, rest), { force: true });
  }
});

test('job after job for an hour, some of them killed: no rolling minute holds more than the limit', async () => {
  const { clock, arrivals, start } = createMachine(350);
  for (let turn = 0; turn < 40; turn += 1) {
    const job = start();
    job.send(60);
    await clock.advance(7_000 + ((turn * 37_717) % 120_000));
    if (turn % 3 === 2) job.kill();
    else await job.end();
  }
  expect(arrivals.length).toBeGreaterThan(2_000);
  expect(mostInAnyWindow(arrivals, windowMs)).toBeLessThanOrEqual(limit);
});
