import { openRunDatabase } from '../../src/state/run-database.js';

/** Makes a plan a run that was interrupted when its first `done` rows had been sent. */
export function interruptRun(databasePath: string, done: number): void {
  const database = openRunDatabase(databasePath, 'write');
  database
    .prepare(
      `UPDATE row SET state = 'succeeded', outcome = 'done', attempts = 1, requests = 1, http_status = 204,
         started_at = 1, finished_at = 2 WHERE number <= ?`,
    )
    .run(done);
  database.exec(
    `UPDATE run SET state = 'interrupted', record = json_set(record, '$.startedAtMs', 1,
       '$.stop', json('{"reason":"signal","message":"It was stopped.","exitCode":130}'))`,
  );
  database.close();
}
