import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { extraText } from '../target-view.js';
import type { Bitrix24Config } from './config.js';
import { searchSize } from './dialect.js';
import { viewTask } from './task-view.js';

/**
 * The parents of tasks, by the tasks' ids, up to fifty in a request. A task that has none, or that the credential's user
 * may not see, is left out.
 */
export async function readParents(
  { dialect }: Bitrix24Config,
  reader: Reader,
  ids: readonly string[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const parents = new Map<string, string>();
  for (let at = 0; at < ids.length; at += searchSize) {
    const these = { field: 'id', is: 'in', value: ids.slice(at, at + searchSize).map(Number) } as const;
    const outcome = await reader.read(dialect.askTasks({ conditions: [these], order: null }));
    const result = expectSuccess(outcome, 'read', dialect.errors);
    if (!result.ok) return result;
    const page = dialect.tasksIn(result.value);
    if (page === null) return fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks'));
    for (const task of page.tasks.flatMap((one) => viewTask(one) ?? [])) {
      const parentId = extraText(task.extra, 'parentId') ?? '';
      if (parentId !== '') parents.set(task.id, parentId);
    }
  }
  return succeed(parents);
}
