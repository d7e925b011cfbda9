/** What a run's page is made of beside its rows and its summary. */
import { allowedRate } from '../../limiter/allowed-rate.js';
import { providers } from '../../providers/registry.js';
import type { RowState } from '../../run/status.js';
import { answerTimes, coursePauses, courseRates, courseSeconds } from '../../state/course.js';
import { countRows } from '../../state/row-reads.js';
import type { RunDatabase } from '../../state/run-database.js';
import { readRun } from '../../state/run-records.js';
import type { TimelineSource } from './read-timeline.js';

export interface PageSource extends TimelineSource {
  /** `clickup.delete`, the commonest first. */
  readonly operations: readonly string[];
  /** The states to which the rows were limited; null = all rows. */
  readonly only: readonly RowState[] | null;
}

/** @throws {StateError} when the run's record can't be read. */
export function readPageSource(database: RunDatabase, only: readonly RowState[] | null): PageSource {
  const { settings, sandbox } = readRun(database).record;
  const rows = new Map<string, number>();
  for (const { provider, operation, rows: count } of countRows(database)) {
    const name = operation === '' ? 'no operation' : `${provider}.${operation}`;
    rows.set(name, (rows.get(name) ?? 0) + count);
  }
  return {
    operations: [...rows].sort(([, a], [, b]) => b - a).map(([name]) => name),
    only,
    course: {
      seconds: courseSeconds(database),
      answerTimes: answerTimes(database),
      pauses: coursePauses(database),
      rates: courseRates(database),
    },
    limits: new Map(
      providers.map(({ name, profile }) => [
        name,
        allowedRate({
          asked: settings.requestsPerMinute ?? profile.requestsPerMinute,
          // A local emulator is not bound by what the service states.
          mostPerMinute: sandbox ? null : profile.mostPerMinute,
          stated: null,
        }),
      ]),
    ),
  };
}
