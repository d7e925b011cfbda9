import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFinal,
  type RowEvent,
  type RunState,
  rowMayChange,
  rowStates,
  runMayChange,
  runStates,
} from '../../src/state/status.js';

describe('the states of a row', () => {
  const events: readonly RowEvent[] = ['refused', 'planned-out', 'checked', 'send', 'answered', 'retry', 'settle'];

  it('change only along the table', () => {
    const allowed: string[] = [];
    for (const from of rowStates) {
      for (const event of events) {
        for (const to of rowStates) if (rowMayChange(from, event, to)) allowed.push(`${from} --${event}--> ${to}`);
      }
    }
    expect(allowed).toMatchInlineSnapshot(`
      [
        "pending --refused--> invalid",
        "pending --planned-out--> skipped",
        "pending --planned-out--> blocked",
        "pending --planned-out--> failed",
        "pending --checked--> blocked",
        "pending --checked--> succeeded",
        "pending --checked--> failed",
        "pending --send--> sending",
        "sending --answered--> succeeded",
        "sending --answered--> failed",
        "sending --retry--> pending",
        "sending --settle--> pending",
        "sending --settle--> succeeded",
        "sending --settle--> failed",
        "sending --settle--> unknown",
        "unknown --settle--> pending",
        "unknown --settle--> succeeded",
        "unknown --settle--> failed",
      ]
    `);
  });

  it('whatever is tried in whatever order, an end is the end unless it is a doubt that is settled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...events), fc.constantFrom(...rowStates)), { maxLength: 60 }),
        (tried) => {
          let state: (typeof rowStates)[number] = 'pending';
          for (const [event, to] of tried) {
            if (!rowMayChange(state, event, to)) continue;
            // Nothing ends as done or failed by an answer unless its intent was kept first.
            if (event === 'answered' || event === 'retry') expect(state).toBe('sending');
            if (isFinal(state)) expect([state, event]).toEqual(['unknown', 'settle']);
            state = to;
          }
        },
      ),
    );
  });

  it('are final unless the row is to do, in the air or unknown', () => {
    for (const from of ['invalid', 'skipped', 'blocked', 'succeeded', 'failed'] as const) {
      for (const event of events) {
        for (const to of rowStates) expect(rowMayChange(from, event, to)).toBe(false);
      }
    }
  });
});

describe('the states of a run', () => {
  it('change only along the table', () => {
    const allowed = runStates.flatMap((from) =>
      runStates.filter((to) => runMayChange(from, to)).map((to) => `${from} -> ${to}`),
    );
    expect(allowed).toMatchInlineSnapshot(`
      [
        "planning -> planned",
        "planning -> stopped",
        "planning -> interrupted",
        "planned -> running",
        "running -> finished",
        "running -> stopped",
        "running -> interrupted",
        "stopped -> planning",
        "stopped -> running",
        "interrupted -> planning",
        "interrupted -> running",
      ]
    `);
  });

  it('whatever is tried in whatever order, stay in the table: a plan stands before rows are sent, and its end is the end', () => {
    const plan = (states: readonly RunState[]) => states.lastIndexOf('planned');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...runStates), { maxLength: 60 }), (tried) => {
        const states: RunState[] = ['planning'];
        for (const to of tried) {
          const from = states.at(-1) ?? 'planning';
          if (!runMayChange(from, to)) continue;
          expect(from).not.toBe('finished');
          states.push(to);
        }
        // A plan is made from planning alone, and rows are all done only while they are being done.
        if (plan(states) >= 0) expect(states[plan(states) - 1]).toBe('planning');
        if (states.at(-1) === 'finished') expect(states.at(-2)).toBe('running');
        expect(states.filter((state) => state === 'finished').length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('lead to the end from everywhere but the end', () => {
    const reach = (from: RunState) => {
      const reached = new Set<RunState>();
      for (const to of runStates) if (runMayChange(from, to)) reached.add(to);
      // A set that is gone through takes in what is added meanwhile.
      for (const state of reached) for (const to of runStates) if (runMayChange(state, to)) reached.add(to);
      return reached;
    };
    for (const from of runStates) expect(reach(from).has('finished')).toBe(from !== 'finished');
  });
});
