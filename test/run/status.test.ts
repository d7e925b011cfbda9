import { describe, expect, it } from 'vitest';
import { type RowEvent, rowMayChange, rowStates, runMayChange, runStates } from '../../src/run/status.js';

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
});
