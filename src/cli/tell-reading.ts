import { servicesReachingParts } from '../plan/going-along.js';
import { entryOf } from '../providers/entry-of.js';
import { countTargets } from '../providers/reading-cost.js';
import type { Services } from '../run/open-services.js';
import type { RunDatabase } from '../state/run-database.js';
import { judgesParts } from '../state/run-record.js';
import { readRun } from '../state/run-records.js';
import { countUnreadTasks } from '../state/target-counts.js';
import type { Progress } from '../ui/progress.js';
import { readingText } from '../ui/reading-text.js';

/** Says what looking at the targets will cost, service by service, before it starts. */
export function tellReading(database: RunDatabase, services: Services, progress: Pick<Progress, 'log'>): void {
  const asksOfParts = judgesParts(readRun(database).record.settings);
  const reaching = servicesReachingParts(database, entryOf);
  for (const { connection, requestsPerMinute } of services.sessions) {
    const { provider, title, lookUpCost } = connection;
    const { counts, read } = countUnreadTasks(database, provider, lookUpCost.placeColumn);
    const targets = countTargets(counts);
    if (targets === 0) continue;
    const cost = lookUpCost.estimate(counts);
    const withParts = (asksOfParts && connection.readParts !== null && reaching.get(provider)) || 'none';
    const { depends } = lookUpCost;
    progress.log(readingText({ title, targets, read, cost, depends, withParts, requestsPerMinute }));
  }
}
