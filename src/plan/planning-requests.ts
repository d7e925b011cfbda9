/** How many requests planning has sent, and for what: kept in the run's record, since what executing costs rests on it. */
import type { Session } from '../run/lane.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunRecord } from '../state/run-record.js';
import { readRun, updateRun } from '../state/run-records.js';

export interface PlanningRequests {
  /**
   * What was sent since the last was saved read so many targets of a service, beside `parts` requests for what goes along
   * with them, which executing does not read. Within a transaction.
   */
  saveReads(provider: string, targets: number, parts: number): void;
  /** The record's sums with what was sent since the last was saved. */
  sums(): Pick<RunRecord, 'planRequests' | 'requests'>;
}

/** @param sessions all that they sent so far has checked their credentials. */
export function countPlanningRequests(
  database: RunDatabase,
  sessions: ReadonlyArray<Pick<Session, 'connection' | 'takeSent'>>,
): PlanningRequests {
  const take = () => sessions.map(({ connection, takeSent }) => ({ provider: connection.provider, sent: takeSent() }));
  const sumsWith = (sent: ReturnType<typeof take>) => {
    const { planRequests, requests } = readRun(database).record;
    const more = sent.reduce((sum, one) => sum + one.sent, 0);
    return { planRequests: planRequests + more, requests: requests + more };
  };
  const save = (kind: 'checks' | 'reads', of: ReadonlyMap<string, { targets: number; parts: number }>) => {
    const taken = take();
    const planning = { ...readRun(database).record.planning };
    for (const { provider, sent } of taken) {
      const before = planning[provider] ?? { checks: 0, reads: 0, targets: 0 };
      const { targets, parts } = of.get(provider) ?? { targets: 0, parts: 0 };
      planning[provider] = {
        ...before,
        // Executing will check once, however often planning had to begin.
        [kind]: kind === 'checks' ? sent : Math.max(0, before.reads + sent - parts),
        targets: before.targets + targets,
      };
    }
    updateRun(database, { planning, ...sumsWith(taken) });
  };
  save('checks', new Map());
  return {
    saveReads: (provider, targets, parts) => save('reads', new Map([[provider, { targets, parts }]])),
    sums: () => sumsWith(take()),
  };
}
