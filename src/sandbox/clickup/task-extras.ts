import type { SandboxAnswer } from '../service.js';
import { type Call, findList, findNativeTask, findTask, ok, param, readObject } from './call.js';
import { readFieldValue } from './field-values.js';
import type { Field, Task } from './model.js';
import { Refusal, refuse } from './refusal.js';
import { fieldApplies } from './show-task.js';

/** `POST /v2/task/{task_id}/field/{field_id}` */
export function setField(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  const field = findField(call, task, param(call, 1));
  const { value } = readObject(call);
  const before = task.fieldValues.get(field.id);
  const read =
    value === undefined ? refuse(400, 'FIELD_342', 'Invalid Value') : readFieldValue(call.state, field, value, before);
  if (read === null) task.fieldValues.delete(field.id);
  else task.fieldValues.set(field.id, read);
  task.updatedMs = call.context.now();
  call.context.effect({ kind: 'set-field', target: task.id, detail: { field_id: field.id } });
  return ok({});
}

/** `DELETE /v2/task/{task_id}/field/{field_id}` */
export function clearField(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  const field = findField(call, task, param(call, 1));
  if (task.fieldValues.delete(field.id)) {
    task.updatedMs = call.context.now();
    call.context.effect({ kind: 'clear-field', target: task.id, detail: { field_id: field.id } });
  }
  return ok({});
}

/** `POST /v2/task/{task_id}/tag/{tag_name}`: a tag that the space lacks is made. */
export function addTag(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  const tag = call.state.ensureTag(task.list.folder.space, param(call, 1));
  if (!task.tags.has(tag)) {
    task.tags.add(tag);
    task.updatedMs = call.context.now();
    call.context.effect({ kind: 'add-tag', target: task.id, detail: { tag: tag.name } });
  }
  return ok({});
}

/** `DELETE /v2/task/{task_id}/tag/{tag_name}`: ignores case; a tag that is not there is no error. */
export function removeTag(call: Call): SandboxAnswer {
  const task = findTask(call, param(call, 0));
  const name = param(call, 1).toLowerCase();
  // A task that came from another space has tags of that one.
  const tag = [...task.tags].find((held) => held.name.toLowerCase() === name);
  if (tag !== undefined && task.tags.delete(tag)) {
    task.updatedMs = call.context.now();
    call.context.effect({ kind: 'remove-tag', target: task.id, detail: { tag: tag.name } });
  }
  return ok({});
}

/** `POST /v2/list/{list_id}/task/{task_id}`: the task then shows in the list as well; its home stays. */
export function addToList(call: Call): SandboxAnswer {
  const list = findList(call, param(call, 0));
  const task = findNativeTask(call, param(call, 1));
  if (task.list !== list && !task.otherLists.has(list)) {
    task.otherLists.add(list);
    list.guests.add(task);
    call.context.effect({ kind: 'add-to-list', target: task.id, detail: { list_id: list.id } });
  }
  return ok({});
}

/** `DELETE /v2/list/{list_id}/task/{task_id}`; the code for the home list is ours, since none is published. */
export function removeFromList(call: Call): SandboxAnswer {
  const list = findList(call, param(call, 0));
  const task = findNativeTask(call, param(call, 1));
  if (task.list === list) refuse(400, 'SANDBOX_HOME_LIST', 'Task cannot be removed from its home list');
  if (task.otherLists.delete(list)) {
    list.guests.delete(task);
    call.context.effect({ kind: 'remove-from-list', target: task.id, detail: { list_id: list.id } });
  }
  return ok({});
}

/** @throws Refusal 400 with `message` for a field of another place or task type (official OpenAPI v2). */
function findField(call: Call, task: Task, id: string): Field {
  const field = call.state.fields.get(id);
  if (field !== undefined && fieldApplies(field, task)) return field;
  const err = 'Custom field is not in the location of the task';
  const message = `The custom field ${id} does not apply to the task ${task.id}.`;
  throw new Refusal({ status: 400, body: { err, ECODE: 'FIELD_115', message } });
}
