import { type Result, succeed } from '../../failure.js';
import { textField } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess } from '../outcome.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';

/**
 * How many tasks a list holds, from `task_count` of `GET /v2/list/{id}` (published v2 document, 2026-07-30). It is not
 * told whether closed or archived tasks are among them; without them the count is too small and shares too large, so
 * that a bound on shares errs towards refusing.
 */
export async function countListTasks(
  _config: ClickUpConfig,
  reader: Reader,
  listId: string,
): Promise<Result<number | null>> {
  const outcome = await reader.read({ method: 'GET', path: ['v2', 'list', listId] });
  const result = expectSuccess(outcome, 'read', clickUpErrors);
  if (!result.ok) return result;
  const { json } = result.value;
  const count = textField(json, 'task_count') ?? '';
  return succeed(textField(json, 'id') === listId && /^\d+$/.test(count) ? Number(count) : null);
}
