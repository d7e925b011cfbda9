import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { isSoundJson } from '../reading.js';
import type { TargetView } from '../target.js';
import { type Dialect, searchSize, type TaskCondition } from './dialect.js';
import { viewTask } from './task-view.js';

export interface Walk {
  readonly conditions: readonly TaskCondition[];
  /** `asc`: the oldest first. `desc`: the newest first. */
  readonly order: 'asc' | 'desc';
}

/**
 * Reads the tasks that match, in the order of their ids: page by page beyond the last id, which holds while tasks come
 * and go, as an offset would not. A page that breaks the order ends it, so that a filter that is ignored can't keep us
 * for ever.
 */
export async function* walkTasks(
  dialect: Dialect,
  reader: Reader,
  { conditions, order }: Walk,
): AsyncGenerator<Result<readonly TargetView[]>> {
  let lastId = order === 'asc' ? 0 : Number.POSITIVE_INFINITY;
  for (;;) {
    const bound = { field: 'id', is: order === 'asc' ? 'above' : 'below', value: lastId } as const;
    const search = { conditions: Number.isFinite(lastId) ? [...conditions, bound] : conditions, order };
    const result = expectSuccess(await reader.read(dialect.askTasks(search)), 'read', dialect.errors);
    if (!result.ok) {
      yield result;
      return;
    }
    const page = dialect.tasksIn(result.value);
    if (page === null) {
      yield fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks'));
      return;
    }
    const views: TargetView[] = [];
    for (const task of page.tasks) {
      const view = isSoundJson(task) ? viewTask(task) : null;
      const id = Number(view?.id);
      if (view === null || (order === 'asc' ? id <= lastId : id >= lastId)) {
        yield fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'its tasks are not in the order asked for'));
        return;
      }
      lastId = id;
      views.push(view);
    }
    if (views.length > 0) yield succeed(views);
    if (views.length === 0 || (views.length < searchSize && !page.hasMore)) return;
  }
}
