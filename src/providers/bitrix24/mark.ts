/** Tasks that carry a row's mark as a tag, so that a create in doubt is found again. */
import { type Failure, fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
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
 * Reads the tasks made since the attempt, and their tags. By date, which is documented as a filter (Vibecode
 * documentation of 2026-05-05); that tags can be filtered by is not.
 */
export async function findMarked(
  reader: Reader,
  mark: string,
  attemptStartedAtMs: number,
): Promise<Result<MarkSearch>> {
  const since = new Date(Math.max(0, attemptStartedAtMs - skewMs)).toISOString();
  const marked: TargetView[] = [];
  const untold: TargetView[] = [];
  let count = 0;
  for await (const page of walkTasks(reader, { createdDate: { $gte: since } })) {
    if (!page.ok) return page;
    count += page.value.length;
    for (const task of page.value) {
      if (task.tags.some((tag) => tag.toLowerCase() === mark.toLowerCase())) marked.push(task);
      else if (task.extra.tagsTold !== true) untold.push(task);
    }
    if (marked.length === 0 && count > mostTasks) return fail(tooMany(since));
    if (marked.length > 0) break;
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
