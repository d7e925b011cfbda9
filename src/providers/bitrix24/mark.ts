/** Tasks that a create in doubt may have made: by the row's mark among their tags, or without one by what they are. */
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

/** Reads the tasks made since the attempt and their tags. */
export async function findMarked(
  dialect: Dialect,
  reader: Reader,
  mark: string,
  attemptStartedAtMs: number,
): Promise<Result<MarkSearch>> {
  const hasMark = ({ tags }: TargetView) => tags.some((tag) => tag.toLowerCase() === mark.toLowerCase());
  const fresh = await readMadeSince(dialect, reader, attemptStartedAtMs, hasMark);
  if (!fresh.ok) return fresh;
  const marked = fresh.value.filter(hasMark);
  return succeed({
    marked,
    untold: fresh.value.filter((task) => !hasMark(task) && task.extra.tagsTold !== true),
  });
}

/**
 * The tasks made since the attempt, the difference of the clocks allowed for, the newest first. Neither by date nor by
 * tag: how a filter reads a date's offset is not documented everywhere, and a task that it hides would be made again.
 * @param isFound ends the search: with the page that holds one, nothing older is read.
 */
export async function readMadeSince(
  dialect: Dialect,
  reader: Reader,
  attemptStartedAtMs: number,
  isFound: (task: TargetView) => boolean = () => false,
): Promise<Result<readonly TargetView[]>> {
  const since = new Date(Math.max(0, attemptStartedAtMs - skewMs)).toISOString();
  const all: TargetView[] = [];
  for await (const page of walkTasks(dialect, reader, { conditions: [], order: 'desc' })) {
    if (!page.ok) return page;
    const fresh = page.value.filter(({ created }) => created === null || created >= since);
    all.push(...fresh);
    if (fresh.some(isFound) || fresh.length < page.value.length) break;
    if (all.length > mostTasks) return fail(tooMany(since));
  }
  return succeed(all);
}

function tooMany(since: string): Failure {
  return {
    type: 'UNKNOWN',
    code: 'TOO_MANY_TASKS',
    message: `More than ${mostTasks} tasks were made since ${since}; they were not all read.`,
    suggestedAction: 'Look for the task, or its mark among the tags, in Bitrix24.',
    phase: 'answered',
    effect: 'none',
    scope: 'row',
    retryable: false,
    httpStatus: null,
    requestId: null,
  };
}
