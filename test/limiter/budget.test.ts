import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BusyError, StateError } from '../../src/errors.js';
import { field } from '../../src/json.js';
import { type BudgetOptions, openBudget, sinceBootMs } from '../../src/limiter/budget.js';
import type { Budget } from '../../src/limiter/reservation.js';
import { openSqlite } from '../../src/state/sqlite.js';
import { mostInAnyWindow } from '../support/sliding-log.js';

const windowMs = 60_000;
const requestTimeoutMs = 30_000;
let folder = '';
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'budget-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A machine with one budget file; `open` is what a process does at its start. */
function setUp(limit: number, upMs = 1_000_000) {
  files += 1;
  const file = join(folder, `${files}.db`);
  const time = { nowMs: upMs };
  const open = (more: Partial<BudgetOptions> = {}) =>
    openBudget({ file, limit, windowMs, requestTimeoutMs, nowMs: () => time.nowMs, ...more });
  return { file, time, open };
}

function takeSlot(budget: Budget): number {
  const reservation = budget.reserve();
  if (reservation.kind !== 'slot') throw new Error('there is no room');
  return reservation.slot;
}

function countFree(budget: Budget): number {
  let free = 0;
  while (budget.reserve().kind === 'slot') free += 1;
  return free;
}

describe('one limit for all: a slot', () => {
  test('that one process takes is missing to the other', () => {
    const { open } = setUp(3);
    const [first, second] = [open(), open()];
    takeSlot(first);
    takeSlot(second);
    takeSlot(first);
    expect([first.reserve().kind, second.reserve().kind]).toEqual(['full', 'full']);
  });

  test('is free a full window after its answer, for everybody', () => {
    const { open, time } = setUp(1);
    const [first, second] = [open(), open()];
    const slot = takeSlot(first);
    time.nowMs += 10_000;
    first.answered(slot);
    time.nowMs += windowMs;
    expect(second.reserve().kind).toBe('full');
    time.nowMs += windowMs * 0.001;
    expect(second.reserve().kind).toBe('slot');
  });

  test('counts for a process that starts within the minute', () => {
    const { open, time } = setUp(2);
    const before = open();
    before.answered(takeSlot(before));
    before.close();
    time.nowMs += windowMs / 2;
    const after = open();
    expect(countFree(after)).toBe(1);
  });

  test('of a process that died counts as answered at the last possible moment', () => {
    const { open, time } = setUp(1);
    takeSlot(open());
    const after = open();
    time.nowMs += windowMs + requestTimeoutMs;
    expect(after.reserve().kind).toBe('full');
    time.nowMs += windowMs * 0.001;
    expect(after.reserve().kind).toBe('slot');
  });

  test('whose answer comes after its last possible moment is taken anew', () => {
    const { open, time } = setUp(2);
    const budget = open();
    const slot = takeSlot(budget);
    time.nowMs += 2 * windowMs;
    takeSlot(budget);
    budget.answered(slot);
    expect(budget.reserve().kind).toBe('full');
    time.nowMs += windowMs * 1.001;
    expect(budget.reserve().kind).toBe('slot');
  });

  test('is never given out twice, also when the table was empty in between', () => {
    const { open, time } = setUp(1);
    const budget = open();
    const slots = [1, 2, 3].map(() => {
      time.nowMs += 3 * windowMs;
      return takeSlot(budget);
    });
    expect(new Set(slots).size).toBe(3);
  });
});

test('a process that waits looks again soon, since another one may be answered', () => {
  const { open } = setUp(1);
  const budget = open();
  takeSlot(budget);
  expect(budget.reserve()).toMatchObject({ kind: 'full', waitMs: windowMs / 60 });
});

test('a full budget tells when there is room at the earliest: a full window after answers, those to come too', () => {
  const { open, time } = setUp(2);
  const budget = open();
  const heldMs = windowMs * 1.0005;
  const slot = takeSlot(budget);
  takeSlot(budget);
  expect(budget.reserve()).toMatchObject({ kind: 'full', freeInMs: heldMs });
  time.nowMs += 5_000;
  budget.answered(slot);
  time.nowMs += 20_000;
  expect(budget.reserve()).toMatchObject({ kind: 'full', freeInMs: heldMs - 20_000 });
  // Less than a look lasts.
  time.nowMs += heldMs - 20_300;
  expect(budget.reserve()).toMatchObject({ kind: 'full', waitMs: 300, freeInMs: 300 });
});

test('each process keeps to its own limit for all together', () => {
  const { open } = setUp(5);
  const [generous, careful] = [open(), open({ limit: 2 })];
  expect(countFree(careful)).toBe(2);
  expect(countFree(generous)).toBe(3);
  careful.setLimit(6);
  expect(countFree(careful)).toBe(1);
});

describe('a limit that changes while processes share a file', () => {
  test('holds the one that was told of a lower one, until slots below it are free, whoever took them', () => {
    const { open, time } = setUp(4);
    const [told, untold] = [open(), open()];
    for (let index = 0; index < 4; index += 1) {
      untold.answered(takeSlot(untold));
      time.nowMs += 1_000;
    }
    told.setLimit(2);
    time.nowMs = 1_000_000 + windowMs * 1.001;
    expect([told.reserve().kind, told.taken()]).toEqual(['full', 3]);
    time.nowMs += 1_000;
    expect(told.reserve().kind).toBe('full');
    time.nowMs += 1_000;
    expect([told.taken(), countFree(told)]).toEqual([1, 1]);
  });

  test('holds the other one as soon as it is told too', () => {
    const { open } = setUp(4);
    const [told, later] = [open(), open()];
    told.setLimit(2);
    expect([countFree(told), countFree(later)]).toEqual([2, 2]);
    later.setLimit(2);
    expect([told.reserve().kind, later.reserve().kind, later.taken()]).toEqual(['full', 'full', 4]);
  });

  test('makes room at once for the one that was told of a higher one', () => {
    const { open } = setUp(2);
    const [told, untold] = [open(), open()];
    expect(countFree(untold)).toBe(2);
    told.setLimit(5);
    expect([countFree(told), untold.reserve().kind]).toEqual([3, 'full']);
  });
});

test('slots that are taken are counted over all processes, while they are', () => {
  const { open, time } = setUp(5);
  const [first, second] = [open(), open()];
  takeSlot(first);
  second.answered(takeSlot(second));
  expect([first.taken(), second.taken()]).toEqual([2, 2]);
  time.nowMs += windowMs * 1.001;
  expect(first.taken()).toBe(1);
  first.close();
  expect(first.taken()).toBe(0);
});

describe('a pause that the service asked for', () => {
  test('holds the other processes and those that start, until it is over', () => {
    const { open, time } = setUp(5);
    const [first, second] = [open(), open()];
    first.pause(40_000, 'too fast');
    expect(second.reserve()).toEqual({ kind: 'paused', waitMs: 40_000, reason: 'too fast' });
    time.nowMs += 39_000;
    expect(open().reserve()).toEqual({ kind: 'paused', waitMs: 1_000, reason: 'too fast' });
    time.nowMs += 1_000;
    expect(first.reserve().kind).toBe('slot');
  });

  test('is not cut short by a shorter one', () => {
    const { open } = setUp(5);
    const budget = open();
    budget.pause(40_000, 'long');
    budget.pause(1_000, 'short');
    expect(budget.reserve()).toMatchObject({ waitMs: 40_000, reason: 'long' });
  });
});

test('a machine that slept for a day lets out as many as the limit, and no more', () => {
  const { time, open } = setUp(5);
  const [budget, other] = [open(), open()];
  const slots = [takeSlot(budget), takeSlot(budget), takeSlot(other)];
  time.nowMs += 86_400_000;
  // Its time-outs strike now: they may have arrived until this moment.
  for (const slot of slots) budget.answered(slot);
  expect(countFree(budget) + countFree(other)).toBe(2);
  time.nowMs += 60_030;
  expect(countFree(budget)).toBe(3);
  budget.close();
  other.close();
});

describe('after a reboot', () => {
  test('nothing leaves until the machine has been up for a full window, then everything may', () => {
    const { open, time } = setUp(3, 500_000);
    const before = open();
    for (let i = 0; i < 3; i += 1) takeSlot(before);
    before.close();
    time.nowMs = 20_000;
    const after = open();
    expect(after.reserve()).toMatchObject({ kind: 'paused', reason: 'the machine was started a moment ago' });
    time.nowMs = windowMs;
    expect(after.reserve().kind).toBe('paused');
    time.nowMs = windowMs * 1.001;
    expect(countFree(after)).toBe(3);
  });

  test('that happened long ago nothing is held back', () => {
    const { open, time } = setUp(3, 10_000_000);
    const before = open();
    for (let i = 0; i < 3; i += 1) takeSlot(before);
    time.nowMs = 9_000_000;
    expect(countFree(open())).toBe(3);
  });

  test('a pause goes on for what was left of it when the machine was last seen', () => {
    const { open, time } = setUp(3, 10_000_000);
    const before = open();
    before.pause(600_000, 'daily cap');
    time.nowMs = 2_000_000;
    expect(open().reserve()).toEqual({ kind: 'paused', waitMs: 600_000, reason: 'daily cap' });
  });
});

describe('the file', () => {
  test.runIf(process.platform !== 'win32')('and its side files are for the owner only', () => {
    const { file, open } = setUp(1);
    writeFileSync(file, '', { mode: 0o644 });
    takeSlot(open());
    expect([file, `${file}-wal`].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test('stays as small as the limit, however long it is used', () => {
    const { file, open, time } = setUp(3);
    const budget = open();
    for (let i = 0; i < 50; i += 1) {
      budget.answered(takeSlot(budget));
      time.nowMs += windowMs / 2;
    }
    budget.close();
    const rows = openSqlite(file).prepare('SELECT count(*) AS n FROM slot').get();
    expect(Number(field(rows, 'n'))).toBeLessThanOrEqual(3);
  });

  test('that is no database is refused with what to do', () => {
    const { file, open } = setUp(1);
    writeFileSync(file, 'this is not a database, and long enough to be taken for one');
    expect(open).toThrow(StateError);
    expect(open).toThrow("The record of sent requests can't be used");
  });

  test('in a folder that is missing is refused', () => {
    expect(() => openBudget({ file: join(folder, 'none', 'x.db'), limit: 1, requestTimeoutMs })).toThrow(StateError);
  });

  test('that another process keeps locked is reported as being in use', () => {
    const { file, open } = setUp(1);
    const budget = open({ lockTimeoutMs: 10 });
    const other = openSqlite(file);
    other.exec('BEGIN IMMEDIATE');
    expect(() => budget.reserve()).toThrow(BusyError);
    other.exec('ROLLBACK');
    expect(budget.reserve().kind).toBe('slot');
  });

  test('takes answers and pauses after closing without complaint', () => {
    const budget = setUp(1).open();
    const slot = takeSlot(budget);
    budget.close();
    budget.answered(slot);
    budget.pause(1, 'x');
    budget.close();
  });
});

test('the clock of the machine begins at its start or later and never runs backwards', () => {
  const first = sinceBootMs();
  expect(first).toBeLessThanOrEqual(uptime() * 1_000 + 2_000);
  expect(sinceBootMs()).toBeGreaterThanOrEqual(first);
});

test('no rolling window of arrivals holds more than the limit, over processes that come, die and restart, and reboots', () => {
  const process = fc.nat(2);
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('reserve' as const),
        process,
        arrival: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), index: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), process }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('reboot' as const),
        downMs: fc.integer({ min: 0, max: 30_000 }),
        upMs: fc.integer({ min: 100, max: 90_000 }),
      }),
    },
  );
  const property = fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 120 }), (limit, steps) => {
    const { open, time } = setUp(limit, 3_600_000);
    /** What an onlooker's clock shows when the machine's own begins. */
    let bootMs = 0;
    const realMs = () => bootMs + time.nowMs;
    const processes = [open(), open(), open()];
    interface Sent {
      readonly process: number;
      readonly slot: number;
      readonly leftMs: number;
      readonly arrival: number;
    }
    let onTheirWay: Sent[] = [];
    const arrivals: number[] = [];
    const arrive = (sent: Sent, lastMs: number) => arrivals.push(sent.leftMs + sent.arrival * (lastMs - sent.leftMs));
    const end = (isOver: (sent: Sent, index: number) => boolean, finish: (sent: Sent) => void) => {
      const over = onTheirWay.filter(isOver);
      onTheirWay = onTheirWay.filter((sent) => !over.includes(sent));
      over.forEach(finish);
    };
    const answer = (sent: Sent) => {
      processes[sent.process]?.answered(sent.slot);
      arrive(sent, realMs());
    };
    for (const it of steps) {
      if (it.kind === 'advance') {
        // Every request ends within its time-out.
        const untilMs = realMs() + it.ms;
        const next = () => Math.min(...onTheirWay.map(({ leftMs }) => leftMs + requestTimeoutMs));
        for (let dueMs = next(); dueMs <= untilMs; dueMs = next()) {
          time.nowMs = dueMs - bootMs;
          end(({ leftMs }) => leftMs + requestTimeoutMs <= dueMs, answer);
        }
        time.nowMs = untilMs - bootMs;
      } else if (it.kind === 'answer') {
        end((_sent, index) => index === it.index, answer);
      } else if (it.kind === 'die') {
        // What it sent may still arrive until its time-out; nobody tells the budget.
        end(
          ({ process: owner }) => owner === it.process,
          (sent) => arrive(sent, sent.leftMs + requestTimeoutMs),
        );
        processes[it.process]?.close();
        processes[it.process] = open();
      } else if (it.kind === 'reboot') {
        end(
          () => true,
          (sent) => arrive(sent, realMs()),
        );
        for (const each of processes) each.close();
        bootMs = realMs() + it.downMs;
        time.nowMs = it.upMs;
        processes.forEach((_each, index) => {
          processes[index] = open();
        });
      } else {
        const reservation = processes[it.process]?.reserve();
        if (reservation?.kind !== 'slot') continue;
        onTheirWay.push({ process: it.process, slot: reservation.slot, leftMs: realMs(), arrival: it.arrival });
      }
    }
    end(() => true, answer);
    for (const each of processes) each.close();
    expect(mostInAnyWindow(arrivals, windowMs)).toBeLessThanOrEqual(limit);
  });
  fc.assert(property, { numRuns: 150 });
});
