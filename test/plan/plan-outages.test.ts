/** What of a plan's looks at a service in trouble is kept, and what a probe tells of the service. */
import { expect, it } from 'vitest';
import type { Foretold } from '../../src/plan/foretell-row.js';
import type { ToldTarget } from '../../src/plan/foretell-rows.js';
import { foretellThroughOutages } from '../../src/plan/plan-outages.js';
import { createOutageWatch } from '../../src/run/outage.js';
import { failedResult } from '../../src/run/row-end.js';
import type { WorkRow } from '../../src/state/row-reads.js';
import { createFakeClock, settle } from '../support/fake-clock.js';
import { trouble } from '../support/service-trouble.js';

function rowOn(target: string | null, number: number): WorkRow {
  return {
    number,
    line: number + 1,
    provider: 'clickup',
    operation: 'set-status',
    args: {},
    target,
    template: null,
    namesTarget: false,
    unchangedSinceMs: null,
    attempts: 0,
    steps: [],
    startedAtMs: null,
    seen: null,
    thing: target,
  };
}

type Come = 'well' | 'troubled' | 'unasked';

function foretold(row: WorkRow, come: Come): Foretold {
  const result = come === 'troubled' ? failedResult(trouble, 0, 0) : null;
  return { row, result, asked: come !== 'unasked', store: () => undefined };
}

const whole = (rows: readonly WorkRow[], comes: readonly Come[]): ToldTarget => ({
  target: comes.includes('unasked') ? null : (rows[0]?.target ?? null),
  rows: rows.map((row, at) => foretold(row, comes[at] ?? 'well')),
  isPart: false,
});

function setUp() {
  const clock = createFakeClock();
  const stop = new AbortController();
  const pauses: string[] = [];
  const outages = createOutageWatch({
    clock,
    stopSignal: stop.signal,
    giveUpAfterMs: 15 * 60_000,
    onPause: ({ untilMs }) => pauses.push(`pause ${(untilMs - clock.now()) / 1_000} s`),
    onResume: () => pauses.push('resume'),
    onGiveUp: () => {
      pauses.push('given up');
      stop.abort();
    },
  });
  const kept: number[][] = [];
  const asked: number[][] = [];
  /** @param looks what each look at the service tells. */
  const foretell = (rows: readonly WorkRow[], looks: (readonly ToldTarget[])[]) => {
    const ended = { is: false };
    void foretellThroughOutages(rows, {
      outages,
      foretell: async function* (now) {
        asked.push(now.map(({ number }) => number));
        yield looks.shift() ?? [];
      },
      keep: (told) => kept.push(...told.map(({ rows: own }) => own.map(({ row }) => row.number))),
    }).then(() => {
      ended.is = true;
    });
    return ended;
  };
  const begin = () => {
    const result = failedResult(trouble, 0, 0);
    for (const _row of five) outages.stands('free', { kind: 'ended', event: 'planned-out', result, failure: trouble });
  };
  return { clock, pauses, kept, asked, foretell, begin };
}

const five = [1, 2, 3, 4, 5].map((number) => rowOn('clickup:a', number));
const down: readonly Come[] = ['troubled', 'troubled', 'troubled', 'troubled', 'troubled'];

it('the rows on a target are kept together, or looked at again together', async () => {
  const { clock, pauses, kept, asked, foretell } = setUp();
  const rows = [rowOn('clickup:a', 0), ...five];
  const other = [rowOn('clickup:b', 6)];
  foretell([...rows, ...other], [[whole(rows, ['well', ...down]), whole(other, ['troubled'])], [whole(rows, [])], []]);
  await settle();
  expect(kept).toEqual([]);
  await clock.advance(15_000);
  expect(asked.slice(0, 2)).toEqual([[0, 1, 2, 3, 4, 5, 6], [1]]);
  expect(kept).toEqual([[0, 1, 2, 3, 4, 5]]);
  expect(asked.slice(2)).toEqual([[6]]);
  expect(pauses).toEqual(['pause 15 s', 'resume']);
});

it('a probe tells one thing, however many rows its target has', async () => {
  const { clock, pauses, foretell } = setUp();
  const ended = foretell(five, [
    [whole(five, down)],
    [whole(five, ['well', 'troubled', 'troubled'])],
    [whole(five, [])],
  ]);
  await settle();
  expect(pauses).toEqual(['pause 15 s']);
  await clock.advance(15_000);
  expect(pauses).toEqual(['pause 15 s', 'pause 30 s']);
  await clock.advance(30_000);
  expect([pauses.at(-1), ended.is]).toEqual(['resume', true]);
});

it('rows for which nothing was asked do not tell that the service is well: others probe', async () => {
  const { clock, pauses, asked, foretell, begin } = setUp();
  begin();
  const left = [rowOn('clickup:{x.id}', 7), rowOn('clickup:{x.id}', 8)];
  const unasked = left.map((row) => [whole([row], ['unasked'])]);
  const ended = foretell(left, unasked);
  foretell(five.slice(0, 1), [[whole(five, down)], [whole(five, [])]]);
  await clock.advance(15_000);
  expect(asked).toEqual([[7], [8], [1]]);
  expect([pauses, ended.is]).toEqual([['pause 15 s', 'pause 30 s'], true]);
  await clock.advance(30_000);
  expect([pauses.at(-1), asked.at(-1)]).toEqual(['resume', [1]]);
});

it('what a page tells beside the target of a probe is no verdict on the service, and is looked at again', async () => {
  const { clock, pauses, asked, kept, foretell, begin } = setUp();
  begin();
  const beside = [rowOn('clickup:b', 6)];
  foretell(five.slice(0, 1), [[whole(five, []), whole(beside, ['troubled'])], [whole(beside, ['troubled'])]]);
  await clock.advance(15_000);
  expect(pauses).toEqual(['pause 15 s', 'resume']);
  // Once the service is well, one row in trouble is one.
  expect([asked, kept]).toEqual([
    [[1], [6]],
    [[1, 2, 3, 4, 5], [6]],
  ]);
});

it('rows in trouble among which one asked nothing are in trouble in a row', async () => {
  const { pauses, foretell } = setUp();
  const left = rowOn('clickup:{x.id}', 9);
  foretell([...five, left], [[whole(five.slice(0, 3), down), whole([left], ['unasked']), whole(five.slice(3), down)]]);
  await settle();
  expect(pauses).toEqual(['pause 15 s']);
});
