import { UsageError } from '../errors.js';
import { listRunIds } from '../state/run-ids.js';

/** The id of the run that is meant when none is named. @throws {UsageError} when there are no runs. */
export function newestRun(stateDir: string): string {
  const newest = listRunIds(stateDir).at(-1);
  if (newest !== undefined) return newest;
  throw new UsageError(`There are no runs in ${stateDir}.`, {
    code: 'NO_RUN',
    fix: 'Begin one: taskbatch plan <manifest>',
  });
}
