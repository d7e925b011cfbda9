/** The custom fields of a list: `GET /v2/list/{id}/field` (published v2 document, 2026-07-30). */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, type JsonValue, listField, textField } from '../../json.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import { expectSuccess } from '../outcome.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';

export interface FieldOption {
  readonly id: string;
  readonly label: string;
  /** By which a drop-down's value is read. */
  readonly index: number;
}

export interface FieldDefinition {
  readonly id: string;
  readonly name: string;
  /** `drop_down`, `short_text`, `users`, … */
  readonly type: string;
  /** Of `drop_down` and `labels`, in their order. */
  readonly options: readonly FieldOption[];
  /** The highest value of a rating; null where it is not told. */
  readonly highest: number | null;
  /** Numbers of the only task types that have it (`custom_item_id`); null where it is not bound to any. */
  readonly taskTypes: readonly number[] | null;
}

/** With the task types that fields are bound to, which the answer leaves out unless they are asked for. */
export function readListFields(
  config: ClickUpConfig,
  reader: Reader,
  listId: string,
): Promise<Result<readonly FieldDefinition[]>> {
  return askOnce(config.fields, listId, async () => {
    const outcome = await reader.read({
      method: 'GET',
      path: ['v2', 'list', listId, 'field'],
      query: [['include_applied_objects', 'true']],
    });
    const result = expectSuccess(outcome, 'read', clickUpErrors);
    return result.ok ? succeed(listField(result.value.json, 'fields').flatMap(readDefinition)) : result;
  });
}

/** The field of that id, else the one of that name without regard to case. */
export function chooseField(fields: readonly FieldDefinition[], wanted: string): Result<FieldDefinition> {
  const key = wanted.trim().toLowerCase();
  const byId = fields.find(({ id }) => id.toLowerCase() === key);
  if (byId !== undefined) return succeed(byId);
  const [only, ...others] = fields.filter(({ name }) => name.trim().toLowerCase() === key);
  if (only === undefined) return fail(noField(wanted, fields));
  return others.length === 0 ? succeed(only) : fail(severalFields(wanted, [only, ...others]));
}

function readDefinition(definition: unknown): FieldDefinition[] {
  const id = textField(definition, 'id');
  const type = textField(definition, 'type');
  if (id === null || type === null) return [];
  const config = field(definition, 'type_config');
  const highest = Number(textField(config, 'count') ?? Number.NaN);
  return [
    {
      id,
      type,
      name: textField(definition, 'name') ?? id,
      options: listField(config, 'options').flatMap(readOption),
      highest: Number.isInteger(highest) ? highest : null,
      taskTypes: readTaskTypes(definition),
    },
  ];
}

/** The number that stands for task types among what a field can be bound to (published v2 document, 2026-07-30). */
const taskTypeObject = 19;

function readTaskTypes(definition: unknown): readonly number[] | null {
  const bound = listField(definition, 'applied_objects').filter(
    (object) => field(object, 'object_type') === taskTypeObject,
  );
  const types = bound.map((object) => field(object, 'object_id')).filter((id) => typeof id === 'number');
  // What is bound to a type by a number that can't be read may be bound to any.
  return types.length === 0 || types.length < bound.length ? null : types;
}

/**
 * Why tasks of the type can't have a value in the field; null where they can, or the type is not told. Setting it is
 * answered with 400, making a task with it leaves it out without a word (published v2 document, 2026-07-30).
 */
export function wrongType({ name, taskTypes }: FieldDefinition, taskType: JsonValue | undefined): Failure | null {
  if (taskTypes === null || typeof taskType !== 'number' || taskTypes.includes(taskType)) return null;
  const types = taskTypes.length === 1 ? `the type ${taskTypes[0]}` : `the types ${taskTypes.join(', ')}`;
  return localFailure(
    'VALIDATION',
    'FIELD_NOT_APPLICABLE',
    `Only tasks of ${types} have the custom field "${name}", and this one is of the type ${taskType}.`,
    'Name another field, or change the type of the task before: custom_item_id.',
  );
}

/** A drop-down's options have a name, those of labels a label. */
function readOption(option: unknown, position: number): FieldOption[] {
  const id = textField(option, 'id');
  if (id === null) return [];
  const index = Number(textField(option, 'orderindex') ?? position);
  return [{ id, index, label: textField(option, 'name') ?? textField(option, 'label') ?? id }];
}

function noField(wanted: string, fields: readonly FieldDefinition[]): Failure {
  const names = fields.map(({ name }) => `"${name}"`).join(', ') || 'none';
  const message = `The task's list has no custom field "${wanted}"; it has ${names}.`;
  return localFailure(
    'VALIDATION',
    'FIELD_NOT_FOUND',
    message,
    "Write the name or the id of one of the list's fields.",
  );
}

function severalFields(wanted: string, found: readonly FieldDefinition[]): Failure {
  const ids = found.map(({ id, type }) => `${id} (${type})`).join(', ');
  const message = `Several custom fields are named "${wanted}": ${ids}.`;
  return localFailure('VALIDATION', 'MULTIPLE_FIELDS_FOUND', message, 'Write the id of the one you mean.');
}
