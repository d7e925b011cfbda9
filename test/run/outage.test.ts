import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/failure.js';
import { createOutageWatch, type OutageWatch, pausesMs, rowsInARow } from '../../src/run/outage.js';
import { failedResult, type RowEnd, succeededResult } from '../../src/run/row-end.js';
import { createFakeClock, settle } from '../support/fake-clock.js';
import { trouble } from '../support/service-trouble.js';

const done: RowEnd = {
  kind: 'ended',
  event: 'answered',
  result: succeededResult('done', '', 0, 1),
  failure: null,
};
const failed = (changes: Partial<Failure> = {}): RowEnd => {
  const failure = { ...trouble, ...changes };
  return { kind: 'ended', event: 'answered', result: failedResult(failure, 0, 1), failure };
};
const inDoubt: RowEnd = { kind: 'in-doubt', stop: { reason: 'outage', message: 'It can not be read.' } };

function setUp(giveUpAfterMs = 15 * 60_000) {
  const clock = createFakeClock();
  const stop = new AbortController();
  const told: string[] = [];
  const watch = createOutageWatch({
    clock,
    stopSignal: stop.signal,
    giveUpAfterMs,
    onPause: ({ untilMs }) => told.push(`pause ${(untilMs - clock.now()) / 1_000} s`),
    onResume: () => told.push('resume'),
    onGiveUp: (message) => {
      told.push(message);
      stop.abort();
    },
  });
  return { clock, stop, told, watch };
}

/** Rows that fail one after the other until they are held. @returns how many failures stood. */
async function failUntilHeld(watch: OutageWatch): Promise<number> {
  for (let stood = 0; ; stood++) {
    if ((await watch.pass()) !== 'free') throw new Error('held too early');
    if (!watch.stands('free', failed())) return stood;
  }
}

describe('a service in trouble', () => {
  it('fails four rows at most; then all wait, one probes after the pause, and all go on when it comes through', async () => {
    const { clock, told, watch } = setUp();
    expect(await failUntilHeld(watch)).toBe(rowsInARow - 1);
    const passed: unknown[] = [];
    for (const name of ['a', 'b', 'c']) void watch.pass().then((passage) => passed.push([name, passage]));
    await clock.advance(14_999);
    expect(passed).toEqual([]);
    await clock.advance(1);
    await settle();
    expect(passed).toEqual([['a', 'probe']]);
    expect(watch.stands('probe', done)).toBe(true);
    await settle();
    expect(passed).toEqual([
      ['a', 'probe'],
      ['b', 'free'],
      ['c', 'free'],
    ]);
    expect(told).toEqual(['pause 15 s', 'resume']);
  });

  it('is probed once after each pause, each longer, and given up after the last', async () => {
    const { clock, told, watch } = setUp();
    await failUntilHeld(watch);
    for (const pauseMs of pausesMs) {
      const passage = watch.pass();
      await clock.advance(pauseMs);
      expect(await passage).toBe('probe');
      expect(watch.stands('probe', failed())).toBe(false);
    }
    expect(await watch.pass()).toBeNull();
    expect(told).toEqual([
      ...pausesMs.map((pauseMs) => `pause ${pauseMs / 1_000} s`),
      '5 rows in a row failed, and it was no better after 5 pauses. The last one: It answered 503.',
    ]);
  });

  it('is given up before a pause that is longer than the run allows', async () => {
    const { clock, told, watch } = setUp(20_000);
    await failUntilHeld(watch);
    const passage = watch.pass();
    await clock.advance(15_000);
    expect(await passage).toBe('probe');
    watch.stands('probe', failed());
    expect(told.at(-1)).toBe(
      '5 rows in a row failed, and it was no better after a pause. The last one: It answered 503.',
    );
  });

  it.each([
    ['half a day forward', 12 * 3_600_000],
    ['a day back', -24 * 3_600_000],
  ])('is probed at its time when the wall clock jumps %s', async (_name, jumpMs) => {
    const { clock, watch } = setUp();
    await failUntilHeld(watch);
    let passage: unknown = 'none yet';
    void watch.pass().then((got) => {
      passage = got;
    });
    clock.jumpWall(jumpMs);
    await clock.advance(14_999);
    expect(passage).toBe('none yet');
    await clock.advance(1);
    await settle();
    expect(passage).toBe('probe');
  });

  it('holds rows that were in the air when it began, and takes those that came through as they are', async () => {
    const { watch } = setUp();
    await failUntilHeld(watch);
    expect(watch.stands('free', failed())).toBe(false);
    expect(watch.stands('free', done)).toBe(true);
  });

  it('shows at once when what became of a row in doubt can not be read', async () => {
    const { told, watch } = setUp();
    expect(watch.stands('free', inDoubt)).toBe(false);
    expect(told).toEqual(['pause 15 s']);
  });

  it('probes with the first row that comes when none waited', async () => {
    const { clock, watch } = setUp();
    await failUntilHeld(watch);
    await clock.advance(15_000);
    expect(await watch.pass()).toBe('probe');
  });

  it('lets all waiting go home when the run stops', async () => {
    const { stop, watch } = setUp();
    await failUntilHeld(watch);
    const passage = watch.pass();
    stop.abort();
    expect(await passage).toBeNull();
  });
});

describe('no trouble of the service', () => {
  it.each([
    ["a row's own refusal", failed({ scope: 'row', type: 'FORBIDDEN' })],
    ['what trying later does not mend', failed({ retryable: false })],
    ['a failure that may have had an effect', failed({ effect: 'possible' })],
    ['a success', done],
  ])('is %s, however often', (_name, end) => {
    const { told, watch } = setUp();
    for (let row = 0; row < 100; row++) expect(watch.stands('free', end)).toBe(true);
    expect(told).toEqual([]);
  });

  it('are four failed rows before one that came through', () => {
    const { told, watch } = setUp();
    for (let round = 0; round < 20; round++) {
      for (let row = 1; row < rowsInARow; row++) expect(watch.stands('free', failed())).toBe(true);
      watch.stands('free', done);
    }
    expect(told).toEqual([]);
  });
});
