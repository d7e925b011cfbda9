import { expect, it } from 'vitest';
import { localFailure } from '../../src/failure.js';
import type { Meter } from '../../src/run/lane.js';
import { createOutageWatch, pausesMs, rowsInARow } from '../../src/run/outage.js';
import { blockedResult, failedResult, type RowEnd, succeededResult } from '../../src/run/row-end.js';
import { workThroughOutages } from '../../src/run/work-through-outages.js';
import { createFakeClock } from '../support/fake-clock.js';

const row = {
  number: 1,
  line: 2,
  provider: 'clickup',
  operation: 'delete',
  args: {},
  target: null,
  template: null,
  namesTarget: false,
  unchangedSinceMs: null,
  attempts: 0,
  steps: [],
  startedAtMs: null,
  seen: null,
  thing: null,
};
const done: RowEnd = { kind: 'ended', event: 'answered', result: succeededResult('done', '', 0, 1), failure: null };

function setUp(finish: () => void) {
  const clock = createFakeClock();
  const stop = new AbortController();
  const unused = (): never => {
    throw new Error('it is not to be called');
  };
  const order: string[] = [];
  const ignore = () => {};
  const outages = createOutageWatch({
    clock,
    stopSignal: stop.signal,
    giveUpAfterMs: 60_000,
    onPause: ignore,
    onResume: ignore,
    onGiveUp: ignore,
  });
  const means = {
    lane: {
      clock,
      journal: { finish: unused, flush: unused },
      session: { rowEnded: () => order.push('place given back') },
    },
    outages,
    database: { prepare: unused },
    work: async (_row: unknown, meter: Meter) => {
      order.push(`sent ${meter.requests}`);
      return done;
    },
    settle: unused,
    finish: () => {
      order.push('decided');
      finish();
    },
  };
  return { means, order, stop, outages, clock };
}

it("gives a row's place in the air to the next one when it is decided what comes of its end, and in the same turn", async () => {
  const { means, order } = setUp(() => {});
  let turnIsOver = false;
  setImmediate(() => {
    turnIsOver = true;
  });
  expect(await workThroughOutages(row, means)).toBe(true);
  expect(order).toEqual(['sent 0', 'decided', 'place given back']);
  expect(turnIsOver).toBe(false);
});

it('lets no other row leave when its end could not be kept', async () => {
  const { means, order } = setUp(() => {
    throw new Error('the disk is full');
  });
  await expect(workThroughOutages(row, means)).rejects.toThrow('full');
  expect(order).toEqual(['sent 0', 'decided']);
});

it("sends nothing for a row whose turn comes after the service's part has ended", async () => {
  const { means, order, stop } = setUp(() => {});
  stop.abort();
  expect(await workThroughOutages(row, means)).toBe(false);
  expect(order).toEqual([]);
});

it('a row that is blocked without a request does not show that the service is well: the next one is tried', async () => {
  const { means, order, outages, clock } = setUp(() => {});
  const trouble = {
    ...localFailure('API_ERROR', 'DOWN', 'It answered 503.', ''),
    scope: 'service',
    retryable: true,
  } as const;
  const failed: RowEnd = { kind: 'ended', event: 'checked', result: failedResult(trouble, 0, 1), failure: trouble };
  for (let rows = 0; rows < rowsInARow; rows++) outages.stands('free', failed);
  const failure = localFailure('GUARD', 'TARGET_CHANGED', 'It was changed.', '');
  const blocked: RowEnd = { kind: 'ended', event: 'checked', result: blockedResult(failure, 0, 0), failure };
  const asking = async (_row: unknown, meter: Meter) => {
    meter.requests = 1;
    order.push(outages.isOpen ? 'sent in good times' : 'probed');
    return done;
  };
  const first = workThroughOutages(row, { ...means, work: async () => blocked });
  const second = workThroughOutages(row, { ...means, work: asking });
  await clock.advance(pausesMs[0] ?? 0);
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(order.filter((word) => word.includes('probed') || word.includes('good'))).toEqual(['probed']);
  expect(outages.isOpen).toBe(true);
});
