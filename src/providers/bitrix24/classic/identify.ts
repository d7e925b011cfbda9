import { fail, type Result, succeed } from '../../../failure.js';
import { field } from '../../../json.js';
import type { Reader } from '../../http.js';
import { expectSuccess, unexpectedAnswer } from '../../outcome.js';
import type { Identity } from '../../provider.js';
import { classicErrors } from './errors.js';

/** Whose webhook it is, as its address tells. */
export interface WebhookOwner {
  readonly host: string;
  readonly userId: string;
}

/**
 * `tasks.task.list` for nothing: other than `profile`, which asks for no right, it shows that the webhook may reach tasks
 * (b24restdocs, tasks.task.list). The address itself tells portal and user.
 */
export async function identifyClassic(owner: WebhookOwner, reader: Reader): Promise<Result<Identity>> {
  const outcome = await reader.read({
    method: 'POST',
    readOnly: true,
    path: ['tasks.task.list'],
    body: { filter: { '<ID': 1 }, select: ['ID'], start: -1 },
  });
  const result = expectSuccess(outcome, 'read', classicErrors);
  if (!result.ok) return result;
  if (!Array.isArray(field(field(result.value.json, 'result'), 'tasks'))) {
    return fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of tasks'));
  }
  const { host, userId } = owner;
  return succeed({ user: `user ${userId}`, userId, tenant: host, tenantId: host, warnings: [] });
}
