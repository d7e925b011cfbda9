/**
 * All that is below a task, for guards: another group takes it along at any depth (code of Bitrix24's tasks module), and no
 * reading of a task tells of it. What the credential's user may not see is left out, as everywhere.
 */
import { fail, localFailure, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import type { Bitrix24Config } from './config.js';
import { searchSize } from './dialect.js';
import { walkTasks } from './walk-tasks.js';

/** Level by level, for up to fifty tasks at once. */
export async function readSubtasks(
  { dialect }: Bitrix24Config,
  reader: Reader,
  _known: Reader,
  { id }: Pick<TargetView, 'id'>,
): Promise<Result<readonly TargetView[]>> {
  const found = new Map<string, TargetView>();
  const open = [id];
  while (open.length > 0) {
    const parents = open.splice(0, searchSize);
    const below = { field: 'parentId', is: 'in', value: parents.map(Number) } as const;
    for await (const page of walkTasks(dialect, reader, { conditions: [below], order: 'asc' })) {
      if (!page.ok) return page;
      for (const task of page.value) {
        // A filter that is ignored would make parts of all there is.
        if (!parents.includes(extraText(task.extra, 'parentId') ?? '')) return fail(notBelow(task.id, id));
        if (task.id === id || found.has(task.id)) continue;
        found.set(task.id, task);
        open.push(task.id);
      }
    }
  }
  return succeed([...found.values()]);
}

function notBelow(taskId: string, id: string) {
  return localFailure(
    'API_ERROR',
    'UNEXPECTED_ANSWER',
    `Bitrix24 was asked for the subtasks of task ${id} and told of task ${taskId}, which is none of them.`,
    'Leave group_id out of the row, or take the guards out of the job that ask of what goes along.',
  );
}
