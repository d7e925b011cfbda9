import { fail, type Result, succeed } from '../../failure.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { taskRef } from './task-ref.js';
import { readTaskById } from './tasks.js';

/**
 * A task that a row names beside the one that it acts on. It is looked for, so that a row that names one which is not
 * there is known to fail before anything is sent: one request for each such task in a connection.
 */
export function existingTask(config: ClickUpConfig, reader: Reader, id: string): Promise<Result<TargetView>> {
  return askOnce(config.others, id, async () => {
    const ref = taskRef(id);
    const reading = await readTaskById(config, reader, ref);
    if (reading.kind === 'found') return succeed(reading.target);
    const { failure } = reading;
    return fail({ ...failure, message: `Of the task ${id}, which the row names too: ${failure.message}` });
  });
}

/** Its native id. */
export async function existingId(config: ClickUpConfig, reader: Reader, id: string): Promise<Result<string>> {
  const task = await existingTask(config, reader, id);
  return task.ok ? succeed(task.value.id) : task;
}
