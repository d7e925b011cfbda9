import { fail, localFailure, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { ClickUpConfig } from './config.js';
import type { MemberIds } from './field-values.js';
import type { FieldDefinition } from './fields.js';
import { nativeId, type TaskNames } from './native-id.js';
import { parseTaskId } from './task-id.js';
import { findPeople } from './teams.js';

/** The ids of what a field of people, tasks or files holds, from the names that a row gives. */
export function memberIdsFor(
  config: ClickUpConfig,
  reader: Reader,
  definition: FieldDefinition,
  taskId: TaskNames = nativeId,
): MemberIds {
  switch (definition.type) {
    case 'users':
      return (names) => findPeople(config, reader, names);
    case 'tasks':
    case 'list_relationship':
      return async (names) => {
        const ids: string[] = [];
        for (const name of names) {
          const parsed = parseTaskId(name);
          if ('reason' in parsed) return fail(noTaskId(name, parsed.reason));
          const id = await taskId(config, reader, parsed.id);
          if (!id.ok) return id;
          ids.push(id.value);
        }
        return succeed(ids);
      };
    default:
      return async (names) => succeed(names);
  }
}

function noTaskId(name: string, reason: string) {
  return localFailure(
    'VALIDATION',
    'FIELD_VALUE_INVALID',
    `"${name}" ${reason}.`,
    "Copy the ids from the tasks' addresses.",
  );
}
