import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { FullTraces, TargetView } from '../target.js';
import type { Bitrix24Config } from './config.js';
import type { Dialect, TaskComment } from './dialect.js';

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

/** Subtasks stay when their task is deleted, so they are not asked for. */
export async function readTraces(
  { dialect }: Bitrix24Config,
  reader: Reader,
  { id, traces }: TargetView,
): Promise<Result<FullTraces>> {
  const comments = await readComments(dialect, reader, id);
  return comments.ok ? succeed({ ...traces, comments: comments.value.length }) : comments;
}
