import { openRunDatabase } from '../state/run-database.js';
import { isRunLocked, runFolder } from '../state/run-folder.js';
import { listRunIds } from '../state/run-ids.js';
import { readRun } from '../state/run-records.js';
import { type Check, passed, warned } from './check.js';

/** Runs that were begun and came to no end, the newest first to go on with. */
export function checkRuns(stateDir: string): Check {
  const ids = listRunIds(stateDir);
  const standing = ids.map((id) => ({ id, standing: standingOf(stateDir, id) }));
  const idsOf = (wanted: Standing) => standing.filter((run) => run.standing === wanted).map(({ id }) => id);
  const [unfinished, running, unreadable] = [idsOf('unfinished'), idsOf('running'), idsOf('unreadable')];
  const newest = unfinished.at(-1);
  if (newest !== undefined) {
    const others = unfinished.length > 1 ? '; the others are listed by: taskbatch status' : '';
    const what = unfinished.length === 1 ? '1 run is not finished' : `${unfinished.length} runs are not finished`;
    return warned('runs', `${what}.`, `taskbatch resume ${newest}${others}`);
  }
  const [broken] = unreadable;
  if (broken !== undefined) {
    return warned('runs', `The state of run ${broken} can't be read.`, `Look at it: taskbatch status ${broken}`);
  }
  if (ids.length === 0) return passed('runs', 'There are none yet.');
  return passed(
    'runs',
    `Of ${ids.length} none waits to be gone on with${running.length > 0 ? `; ${running.length} at work` : ''}.`,
  );
}

type Standing = 'unfinished' | 'running' | 'unreadable' | 'other';

function standingOf(stateDir: string, id: string): Standing {
  const folder = runFolder(stateDir, id);
  try {
    const database = openRunDatabase(folder.database, 'read');
    try {
      const { state } = readRun(database);
      if (state === 'planned' || state === 'finished') return 'other';
      return isRunLocked(folder) ? 'running' : 'unfinished';
    } finally {
      database.close();
    }
  } catch {
    return 'unreadable';
  }
}
