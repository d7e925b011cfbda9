import type { JsonValue } from '../service.js';
import { presentRun } from './run-view.js';
import type { TallyfyState } from './state.js';
import { presentTask } from './task-view.js';
import { presentTag } from './thread-view.js';

const TASK_INCLUDES = new Set(['form_fields', 'threads', 'tags']);

/**
 * What the service holds under the id of a task, run or tag, with its `kind`. What was deleted for good is only
 * `{kind, id, deleted: true}`; undefined when there never was such a thing.
 */
export function inspectThing(state: TallyfyState, id: string): JsonValue | undefined {
  const task = state.tasks.get(id);
  if (task !== undefined) return { kind: 'task', ...presentTask(state, task, 'single', TASK_INCLUDES) };
  const run = state.runs.get(id);
  if (run !== undefined)
    return { kind: 'run', ...presentRun(state, run), tasks: [...run.tasks].map((each) => each.id) };
  const tag = state.tags.get(id);
  if (tag !== undefined) return { kind: 'tag', ...presentTag(tag) };
  const kind = state.deleted.get(id);
  return kind === undefined ? undefined : { kind, id, deleted: true };
}
