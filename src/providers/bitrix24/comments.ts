import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { FullTraces, TargetView } from '../target.js';
import type { Bitrix24Config } from './config.js';
import type { Dialect, TaskComment } from './dialect.js';
import { viewTask } from './task-view.js';

/** As far as they are listed: newer portals keep them as chat messages, which the list may lack. */
export async function readComments(
  dialect: Dialect,
  reader: Reader,
  taskId: string,
): Promise<Result<readonly TaskComment[]>> {
  const result = expectSuccess(await reader.read(dialect.askComments(taskId)), 'read', dialect.errors);
  if (!result.ok) return result;
  const comments = dialect.commentsIn(result.value);
  if (comments !== null) return succeed(comments);
  return fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of comments'));
}

/** Comments and direct subtasks, which stay when their task is deleted, but lose their place below it. */
export async function readTraces(
  { dialect }: Bitrix24Config,
  reader: Reader,
  { id, traces }: TargetView,
): Promise<Result<FullTraces>> {
  const comments = await readComments(dialect, reader, id);
  if (!comments.ok) return comments;
  const below = { field: 'parentId', is: 'in', value: [Number(id)] } as const;
  const outcome = await reader.read(dialect.askTasks({ conditions: [below], order: null }));
  const result = expectSuccess(outcome, 'read', dialect.errors);
  if (!result.ok) return result;
  const page = dialect.tasksIn(result.value);
  if (page === null) return fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks'));
  // By what they say themselves: a filter that was misunderstood would make all tasks subtasks.
  const subtasks = page.tasks.flatMap((task) => viewTask(task) ?? []).filter(({ extra }) => extra.parentId === id);
  return succeed({ ...traces, comments: comments.value.length, subtaskIds: subtasks.map((task) => task.id) });
}
