import { type Result, succeed } from '../../failure.js';
import { field, textField } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess } from '../outcome.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { organizationPath } from './tasks.js';

/** How many tasks a run has, from `meta.pagination.total` of its list (documentation of 2026-07-19). */
export async function countRunTasks(
  config: TallyfyConfig,
  reader: Reader,
  runId: string,
): Promise<Result<number | null>> {
  const path = organizationPath(config, 'runs', runId, 'tasks');
  const outcome = await reader.read({ method: 'GET', path, query: [['per_page', '1']] });
  const result = expectSuccess(outcome, 'read', tallyfyErrors);
  if (!result.ok) return result;
  const total = textField(field(field(result.value.json, 'meta'), 'pagination'), 'total') ?? '';
  return succeed(/^\d+$/.test(total) ? Number(total) : null);
}
