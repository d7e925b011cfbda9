import { type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { expectSuccess } from '../outcome.js';
import type { Bitrix24Config } from './config.js';
import { viewTask } from './task-view.js';

/**
 * How many tasks a project holds, from the total of a search. A filter that is ignored would count the whole portal and
 * make every share look small, so the total counts only when all tasks on its first page are of that project.
 */
export async function countProjectTasks(
  { dialect }: Bitrix24Config,
  reader: Reader,
  groupId: string,
): Promise<Result<number | null>> {
  const result = expectSuccess(await reader.read(dialect.askTaskTotal(Number(groupId))), 'read', dialect.errors);
  if (!result.ok) return result;
  const page = dialect.tasksIn(result.value);
  const total = dialect.totalIn(result.value);
  if (page === null || total === null || total < page.tasks.length) return succeed(null);
  return succeed(page.tasks.every((task) => viewTask(task)?.placeId === groupId) ? total : null);
}
