import { describe, expect, test } from 'vitest';
import { createStopSwitch, type StopAsker } from '../../src/cli/stop-switch.js';
import { createFakeClock } from '../support/fake-clock.js';

function setUp() {
  const clock = createFakeClock();
  const told: StopAsker[] = [];
  const exits: number[] = [];
  const stop = createStopSwitch({
    drainMs: 30_000,
    clock,
    tell: (asker) => told.push(asker),
    exit: (code) => exits.push(code),
  });
  const state = () => [stop.stopSignal.aborted, stop.killSignal.aborted, ...exits];
  return { clock, stop, told, exits, state };
}

describe('with something to bring to an end', () => {
  test('the first request drains, the second gives up, the third ends the process', async () => {
    const { clock, stop, told, state } = setUp();
    stop.holdOpen();
    stop.requestStop('SIGINT');
    expect(state()).toEqual([true, false]);
    await clock.advance(1_000);
    stop.requestStop('SIGTERM');
    expect(state()).toEqual([true, true]);
    await clock.advance(1_000);
    stop.requestStop('SIGTERM');
    expect(state()).toEqual([true, true, 130]);
    expect(told).toEqual(['SIGINT']);
  });

  test('draining is bounded, whatever the wall clock does', async () => {
    const { clock, stop, state } = setUp();
    stop.holdOpen();
    stop.requestStop('person');
    clock.jumpWall(86_400_000);
    await clock.advance(29_999);
    expect(state()).toEqual([true, false]);
    await clock.advance(1);
    expect(state()).toEqual([true, true]);
  });

  test('one press that comes twice, and a closed terminal told of again and again, are one request', async () => {
    const { clock, stop, state } = setUp();
    stop.holdOpen();
    stop.requestStop('SIGINT');
    await clock.advance(150);
    stop.requestStop('SIGINT');
    await clock.advance(5_000);
    stop.requestStop('SIGHUP');
    expect(state()).toEqual([true, false]);
  });

  test.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['person', 143],
  ] as const)('%s gives the exit code %i', (asker, exitCode) => {
    const { stop } = setUp();
    stop.holdOpen();
    stop.requestStop(asker);
    expect(stop.signalExitCode()).toBe(exitCode);
  });
});

test('without anything to save, the first request ends the process', () => {
  const { stop, told, state } = setUp();
  const letGo = stop.holdOpen();
  letGo();
  letGo();
  stop.requestStop('SIGTERM');
  expect(state()).toEqual([false, false, 143]);
  expect(told).toEqual([]);
});
