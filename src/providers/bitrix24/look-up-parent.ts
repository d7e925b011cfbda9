import { fail, localFailure, type Result, succeed } from '../../failure.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
import type { Bitrix24Config } from './config.js';
import { lookUpTasks, taskRef } from './tasks.js';

/**
 * Whether the task is there that a row puts another one below: Bitrix24 refuses one that is not (code of its tasks
 * module). One request for each parent in a connection.
 * @param target the other one, where it is there already. It is asked for too: that the answer holds it shows that the
 * search was understood, so that the lack of the parent needs no reading of its own, of which a dozen that fail may block
 * the key. Without it the first parent that lacks is read by itself, and no other.
 */
export async function lookUpParent(
  config: Bitrix24Config,
  reader: Reader,
  parentId: string,
  target: Pick<TargetView, 'id'> | null,
): Promise<Result<TargetView>> {
  // Two make a search.
  const refs = [taskRef(parentId), taskRef(target?.id ?? parentId)];
  const asked = await askOnce(config.known.parents, parentId, async () => {
    const readings = await lookUpTasks(config, reader, refs);
    const reading = readings.find(({ ref }) => ref.id === parentId);
    if (reading === undefined) return fail(noParent(config, parentId));
    return reading.kind === 'unreadable' ? fail(reading.failure) : succeed(reading);
  });
  if (!asked.ok) return asked;
  return asked.value.kind === 'found' ? succeed(asked.value.target) : fail(noParent(config, parentId));
}

function noParent({ dialect: { credential } }: Bitrix24Config, parentId: string) {
  return localFailure(
    'NOT_FOUND',
    'PARENT_NOT_FOUND',
    `Bitrix24 shows no task ${parentId}, which parent_id names, to this ${credential}: it is not there, or the ${credential}'s user may not see it.`,
    `Correct parent_id, or check that the ${credential}'s user may see the task.`,
  );
}
