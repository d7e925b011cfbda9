import { fail, localFailure, type Result, succeed } from '../../failure.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import type { FindAbove } from '../operation.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import type { Bitrix24Config } from './config.js';
import { readParents } from './read-parents.js';
import { taskRef } from './tasks.js';

interface Joining {
  readonly parent: TargetView;
  readonly target: Pick<TargetView, 'id'>;
  readonly above: FindAbove;
}

/**
 * Refuses a parent that is below the task itself, at any depth: so does Bitrix24 (422, cyclic parent; Vibecode
 * documentation of 2026-05-05). One request for each task above the parent in a connection. Where a row before this one is
 * to change a task in between, or that is not told, nothing is foretold.
 */
export async function refuseBelowItself(
  config: Bitrix24Config,
  reader: Reader,
  { parent, target, above }: Joining,
): Promise<Result<null>> {
  const passed = new Set<string>();
  let id = parent.id;
  let next = extraText(parent.extra, 'parentId') ?? '';
  while (next !== '' && !passed.has(id) && above(taskRef(id)) === null) {
    if (next === target.id) return fail(belowItself(parent.id, target.id));
    passed.add(id);
    id = next;
    const told = await parentOf(config, reader, id);
    if (!told.ok) return told.failure.scope === 'credential' ? told : succeed(null);
    next = told.value;
  }
  return succeed(null);
}

function parentOf(config: Bitrix24Config, reader: Reader, id: string): Promise<Result<string>> {
  return askOnce(config.known.above, id, async () => {
    const parents = await readParents(config, reader, [id]);
    return parents.ok ? succeed(parents.value.get(id) ?? '') : parents;
  });
}

function belowItself(parentId: string, taskId: string) {
  const message = `Task ${parentId}, which parent_id names, is below task ${taskId} itself.`;
  return localFailure('VALIDATION', 'CYCLIC_PARENT', message, 'Correct parent_id, or move that task first.');
}
