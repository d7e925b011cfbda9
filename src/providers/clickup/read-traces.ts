/** All that people left on one task: what a page of tasks does not tell, at two requests. */
import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { FullTraces, TargetView } from '../target.js';
import { readComments } from './comments.js';
import type { ClickUpConfig } from './config.js';
import { taskRef } from './task-ref.js';
import { readTaskById } from './tasks.js';

/** `GET /v2/task/{id}?include_subtasks=true` and `GET /v2/task/{id}/comment` (published v2 document, 2026-07-30). */
export async function readTraces(config: ClickUpConfig, reader: Reader, task: TargetView): Promise<Result<FullTraces>> {
  const reading = await readTaskById(config, reader, taskRef(task.id));
  if (reading.kind !== 'found') return fail(reading.failure);
  const comments = await readComments(reader, reading.target, 0);
  if (!comments.ok) return comments;
  return succeed({
    ...reading.target.traces,
    comments: comments.value.length,
    subtaskIds: (reading.parts ?? []).map(({ id }) => id),
  });
}
