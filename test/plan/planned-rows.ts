/** A run's state with rows whose targets were read, as planning leaves it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/json.js';
import { describeTarget } from '../../src/providers/reading.js';
import type { TargetView } from '../../src/providers/target.js';
import { writeReading } from '../../src/state/plan-writes.js';
import { insertRows, storeKind } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';

export const readAtMs = Date.UTC(2026, 10, 22, 12);

export interface PlannedRows {
  readonly database: RunDatabase;
  /** Adds a row of the operation, read as said; `state` other than pending is a row that will not be done. */
  add(view: Partial<TargetView>, operation?: string, state?: 'pending' | 'skipped', args?: JsonObject): void;
  remove(): void;
}

export function createPlannedRows(): PlannedRows {
  const folder = mkdtempSync(join(tmpdir(), 'taskbatch-planned-'));
  const database = createRunDatabase(join(folder, 'run.db'));
  let number = 0;
  return {
    database,
    add: (view, operation = 'clickup.delete', state = 'pending', args = {}) => {
      number += 1;
      const [provider = '', name = ''] = operation.split('.');
      const id = `86t${number}`;
      insertRows(database, [
        {
          number,
          line: number + 1,
          kind: storeKind(database, provider, name),
          cells: [id],
          target: `${provider}:${id}`,
          args: JSON.stringify(args),
          state,
          reason:
            state === 'pending'
              ? null
              : { errorType: null, errorCode: null, message: 'Not wanted.', suggestedAction: null },
        },
      ]);
      writeReading(database, {
        number,
        readAtMs,
        view: describeTarget({ id, title: `[test] Task ${number}`, completed: false, ...view }),
        prepared: {},
        changes: [],
        raw: null,
      });
    },
    remove: () => {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
