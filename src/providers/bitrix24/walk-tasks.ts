import { fail, type Result, succeed } from '../../failure.js';
import { field, type JsonObject } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { isSoundJson } from '../reading.js';
import type { TargetView } from '../target.js';
import { bitrix24Errors } from './errors.js';
import { viewTask } from './task-view.js';
import { searchedFields } from './tasks.js';

/** What one request to the portal holds; more would cost the portal several. */
const pageSize = 50;

/**
 * Reads the tasks that match a filter, in the order of their ids: page by page above the last id, which holds while
 * tasks come and go, as an offset would not. A page that breaks the order ends it, so that a filter that is ignored
 * can't keep us for ever.
 */
export async function* walkTasks(reader: Reader, filter: JsonObject): AsyncGenerator<Result<readonly TargetView[]>> {
  let lastId = 0;
  for (;;) {
    const outcome = await reader.read({
      method: 'POST',
      readOnly: true,
      path: ['v1', 'tasks', 'search'],
      body: {
        filter: { ...filter, id: { $gt: lastId } },
        select: searchedFields,
        order: { id: 'asc' },
        limit: pageSize,
        autoWindow: false,
      },
    });
    const result = expectSuccess(outcome, 'read', bitrix24Errors);
    if (!result.ok) {
      yield result;
      return;
    }
    const tasks = field(result.value.json, 'data');
    if (!Array.isArray(tasks)) {
      yield fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks'));
      return;
    }
    const views: TargetView[] = [];
    for (const task of tasks) {
      const view = isSoundJson(task) ? viewTask(task) : null;
      if (view === null || Number(view.id) <= lastId) {
        yield fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'its tasks are not in the order asked for'));
        return;
      }
      lastId = Number(view.id);
      views.push(view);
    }
    if (views.length > 0) yield succeed(views);
    const hasMore = field(field(result.value.json, 'meta'), 'hasMore') === true;
    if (views.length === 0 || (views.length < pageSize && !hasMore)) return;
  }
}
