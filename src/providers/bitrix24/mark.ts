/** Tasks that carry a row's mark as a tag, so that a create in doubt is found again. */
import { type Failure, fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
import type { Dialect } from './dialect.js';
import { walkTasks } from './walk-tasks.js';

/** How far the clocks here and there may differ. */
const skewMs = 10 * 60_000;
/** More tasks than this since the attempt are not read. */
const mostTasks = 2_000;

export interface MarkSearch {
  /** Tasks with the mark among their tags. */
  readonly marked: readonly TargetView[];
  /** Tasks of which Bitrix24 did not tell the tags. */
  readonly untold: readonly TargetView[];
}

/**
 * Reads the tasks made since the attempt, the newest first, and their tags. Neither by date nor by tag: how a filter reads
 * a date's offset is not documented everywhere, and a task that it hides would be made again.
 */
export async function findMarked(
  dialect: Dialect,
  reader: Reader,
  mark: string,
  attemptStartedAtMs: number,
): Promise<Result<MarkSearch>> {
  const since = new Date(Math.max(0, attemptStartedAtMs - skewMs)).toISOString();
  const marked: TargetView[] = [];
  const untold: TargetView[] = [];
  let count = 0;
  for await (const page of walkTasks(dialect, reader, { conditions: [], order: 'desc' })) {
    if (!page.ok) return page;
    const fresh = page.value.filter(({ created }) => created === null || created >= since);
    count += fresh.length;
    for (const task of fresh) {
      if (task.tags.some((tag) => tag.toLowerCase() === mark.toLowerCase())) marked.push(task);
      else if (task.extra.tagsTold !== true) untold.push(task);
    }
    if (marked.length === 0 && count > mostTasks) return fail(tooMany(since));
    if (marked.length > 0 || fresh.length < page.value.length) break;
  }
  return succeed({ marked, untold });
}

function tooMany(since: string): Failure {
  return {
    type: 'UNKNOWN',
    code: 'TOO_MANY_TASKS',
    message: `More than ${mostTasks} tasks were made since ${since}; they were not all read.`,
    suggestedAction: 'Look for the mark among the tags in Bitrix24.',
    phase: 'answered',
    effect: 'none',
    scope: 'row',
    retryable: false,
    httpStatus: null,
    requestId: null,
  };
}
