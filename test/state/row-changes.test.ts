/** Any sequence of changes, wanted or not: the table of transitions stands between each of them and the disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StateError } from '../../src/errors.js';
import { countByState, countRows } from '../../src/state/row-reads.js';
import { insertRows, markSending, type NewRow, storeKind, writeRowResult } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';
import { isFinal, type RowEvent, type RowState, rowMayChange, rowStates } from '../../src/state/status.js';

const rows = 5;
const events: readonly RowEvent[] = ['refused', 'planned-out', 'checked', 'send', 'answered', 'retry', 'settle'];

interface Attempted {
  readonly number: number;
  readonly event: RowEvent;
  readonly to: RowState;
}

/** Half of them follow the table, so that sequences also go on for long. */
const attempted: fc.Arbitrary<Attempted> = fc.record({
  number: fc.integer({ min: 1, max: rows }),
  event: fc.constantFrom(...events),
  to: fc.constantFrom(...rowStates),
});

const beginnings: fc.Arbitrary<NewRow['state']> = fc.constantFrom(
  'pending',
  'pending',
  'pending',
  'invalid',
  'skipped',
);

function change(database: RunDatabase, { number, event, to }: Attempted): void {
  database.transaction(() => {
    // A row that is about to be sent has no result yet.
    if (event === 'send' && to === 'sending') markSending(database, number, 1);
    else {
      writeRowResult(database, number, event, {
        to,
        outcome: to === 'succeeded' ? 'done' : null,
        message: null,
        failure: null,
        httpStatus: null,
        requestId: null,
        url: null,
        createdId: null,
        completedAtMs: null,
        finishedAtMs: 2,
        requests: 1,
      });
    }
  });
}

/** The table read the other way: what may follow is looked for, so that walks do not only bounce off. */
function possible(states: readonly RowState[], { number, event, to }: Attempted): Attempted {
  const from = states[number - 1] ?? 'pending';
  const all = events.flatMap((e) =>
    rowStates.filter((t) => rowMayChange(from, e, t)).map((t) => ({ event: e, to: t })),
  );
  const chosen = all[(events.indexOf(event) * rowStates.length + rowStates.indexOf(to)) % Math.max(1, all.length)];
  return chosen === undefined ? { number, event, to } : { number, ...chosen };
}

it('whatever is tried, rows change only along the table, ends are ends, and the states sum to the rows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskbatch-state-'));
  let file = 0;
  try {
    fc.assert(
      fc.property(
        fc.array(beginnings, { minLength: rows, maxLength: rows }),
        fc.array(fc.tuple(attempted, fc.boolean()), { maxLength: 40 }),
        (begun, tries) => {
          const database = createRunDatabase(join(folder, `${file++}.db`));
          try {
            const kind = storeKind(database, 'clickup', 'delete');
            insertRows(
              database,
              begun.map((state, at) => ({
                number: at + 1,
                line: at + 2,
                kind,
                cells: [`id${at}`],
                target: `clickup:id${at}`,
                args: '{}',
                state,
                reason: null,
              })),
            );
            const states: RowState[] = [...begun];
            for (const [wish, sensible] of tries) {
              const tried = sensible ? possible(states, wish) : wish;
              const from = states[tried.number - 1] ?? 'pending';
              if (rowMayChange(from, tried.event, tried.to)) {
                if (from !== 'unknown') expect(isFinal(from)).toBe(false);
                change(database, tried);
                states[tried.number - 1] = tried.to;
              } else {
                expect(() => change(database, tried)).toThrow(StateError);
              }
              const counts = countByState(countRows(database));
              for (const state of rowStates) expect(counts[state]).toBe(states.filter((is) => is === state).length);
            }
          } finally {
            database.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
