import type { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.js';
import { flag, text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader } from '../http.js';
import type { Doubt, Settlement } from '../operation.js';
import { unknownFrom } from '../settle.js';
import type { Reading, TargetView } from '../target.js';
import { taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { existingId } from './existing-task.js';
import { memberIdsFor } from './field-members.js';
import { type FieldWrite, toFieldWrite } from './field-values.js';
import { chooseField, type FieldDefinition, readListFields, wrongType } from './fields.js';
import { requireTask } from './locate-task.js';
import { nativeId, type TaskNames } from './native-id.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { listUnknown } from './status-change.js';
import { heldValue, showHeld } from './task-facts.js';
import { refOf, requireRef, taskRef } from './task-ref.js';
import { alreadySo, expectObject, notApplied, writeTask } from './task-write.js';
import { readTaskById } from './tasks.js';
import { undoSetField } from './undo-fields.js';
import { anyValue } from './value-columns.js';

const schema = taskSchema(
  {
    field: text(
      {
        about: "The custom field by name or id: one of the task's list.",
        example: 'Environment',
        aliases: ['field_name', 'field_id', 'custom_field'],
      },
      { max: 500 },
    ),
    value: anyValue({
      about: 'The value: text, number, date, option, or several with ; between them, as the type of the field asks.',
      example: 'staging',
      fix: 'Write the value as the field shows it; options by their labels.',
    }).optional(),
    clear: flag({
      about: 'Whether the field is emptied; then value is not used. Default no.',
      example: 'no',
    }).optional(),
  },
  ({ value, clear }) =>
    value === undefined && clear !== true ? 'gives no value: fill in value, or set clear to yes' : null,
);

type Args = z.output<typeof schema>;

/** What is sent for a row on one task. */
interface Planned {
  readonly definition: FieldDefinition;
  /** Null empties the field. */
  readonly write: FieldWrite | null;
}

/**
 * `POST` and `DELETE /v2/task/{id}/field/{field_id}` (published v2 document, 2026-07-30). Each request spends one of
 * the uses of custom fields that the free plan has, and presses a button again, so none is repeated without reading.
 */
export const setField = defineOperation({
  name: 'set-field',
  summary: 'Sets or empties one custom field of a task.',
  risk: 'destructive',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  requestsVary: true,
  inverse: 'set-field',
  undo: { needs: 'snapshot', lost: [], take: undoSetField },
  sideEffects: [
    'The old value is overwritten; of people and related tasks, those that the row does not name are taken out.',
    'People, tasks and files cost a request more: ClickUp passes over ids that it does not know, so the task is read.',
    'On the plan Free Forever each request spends one of 60 uses of custom fields.',
    'Watchers may be notified and automations may run.',
  ],
  notices: { people: 'may', automations: 'may' },
  settledBy: 'The task is read; it is done when the field holds the value. Buttons show nothing, so they stay unknown.',
  schema,
  target: refOf,
  predict: (args, target, prepared) => {
    const { fieldId, fieldName, shown } = prepared;
    const held = typeof fieldId === 'string' ? heldValue(target.extra, fieldId) : undefined;
    if (typeof fieldId === 'string' && isSo(held, prepared))
      return { kind: 'nothing-to-do', reason: 'The field holds that value already.' };
    const name = typeof fieldName === 'string' ? fieldName : args.field;
    return {
      kind: 'will-do',
      changes: [{ field: name, before: showHeld(held), after: typeof shown === 'string' ? shown : null }],
    };
  },
  leaves: (_args, target, prepared) => leaveWithValue(target, prepared),
  findNamed: async (config: ClickUpConfig, args, reader, target) => {
    const planned = target === null ? null : await plan(config, args, reader, target, existingId);
    return planned?.ok === false ? planned : succeed(null);
  },
  prepare: async (config: ClickUpConfig, args, reader, target) => {
    if (target === null) return succeed({});
    const planned = await plan(config, args, reader, target);
    if (!planned.ok) return planned;
    const { definition, write } = planned.value;
    const shown = write?.shown ?? null;
    // The service may write the same value in another way.
    const held = heldValue(target.extra, definition.id) ?? null;
    const value = holds(planned.value, target) === true ? held : write === null ? null : write.leaves;
    const then = value === undefined ? { untold: true } : value === shown ? {} : { held: value };
    return succeed({ fieldId: definition.id, fieldName: definition.name, shown, ...then });
  },
  execute: async (config: ClickUpConfig, args, writer, target) => {
    const task = await requireTask(config, writer, requireRef(args), target);
    if (!task.ok) return task;
    const planned = await plan(config, args, writer, task.value);
    if (!planned.ok) return planned;
    if (target === null && holds(planned.value, task.value) === true) {
      return succeed(alreadySo(task.value, 'The field holds that value already.'));
    }
    const { definition, write } = planned.value;
    const answer = await writeTask(config, writer, requireRef(args), task.value, {
      method: write === null ? 'DELETE' : 'POST',
      below: ['field', definition.id],
      ...(write === null ? {} : { body: write.body }),
    });
    const read = answer.ok ? expectObject(answer.value) : answer;
    if (!read.ok) return read;
    const message = memberTypes.has(definition.type)
      ? await confirmMembers(config, writer, task.value, planned.value, read.value)
      : succeed(null);
    return message.ok ? succeed(doneBy(read.value, { url: task.value.url, message: message.value })) : message;
  },
  settle,
});

/**
 * What the field holds once the row is done, in the form of task facts: `held`, left out where it is as people are shown
 * it. Null when it is empty then, undefined where no value tells: what a button does.
 */
function valueThen({ shown = null, held = shown, untold }: JsonObject): JsonValue | undefined {
  return untold === true ? undefined : held;
}

function isSo(held: JsonValue | undefined, prepared: JsonObject): boolean {
  return JSON.stringify(held ?? null) === JSON.stringify(valueThen(prepared));
}

/** The task with the value that the plan found. */
function leaveWithValue(task: TargetView, prepared: JsonObject): TargetView {
  const { fieldId } = prepared;
  const value = valueThen(prepared);
  if (typeof fieldId !== 'string' || value === undefined) return task;
  const { [fieldId]: _before, ...others } = isJsonObject(task.extra.fields) ? task.extra.fields : {};
  return { ...task, extra: { ...task.extra, fields: value === null ? others : { ...others, [fieldId]: value } } };
}

async function plan(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  task: TargetView,
  taskId: TaskNames = nativeId,
): Promise<Result<Planned>> {
  if (task.placeId === null) return fail(listUnknown(task));
  const fields = await readListFields(config, reader, task.placeId);
  const definition = fields.ok ? chooseField(fields.value, args.field) : fields;
  if (!definition.ok) return definition;
  if (args.clear === true || args.value === undefined) return succeed({ definition: definition.value, write: null });
  const wrong = wrongType(definition.value, task.extra.taskType);
  if (wrong !== null) return fail(wrong);
  const held = heldValue(task.extra, definition.value.id);
  const memberIds = memberIdsFor(config, reader, definition.value, taskId);
  const write = await toFieldWrite(definition.value, args.value, held, memberIds);
  return write.ok ? succeed({ definition: definition.value, write: write.value }) : write;
}

/** Types of which ClickUp may pass over ids that it does not know; the answer `{}` does not tell. */
const memberTypes = new Set(['users', 'tasks', 'list_relationship', 'files', 'attachment']);

/** Reads the task after people, tasks or files were set. Gives a remark where they could not be read. */
async function confirmMembers(
  config: ClickUpConfig,
  reader: Reader,
  task: TargetView,
  planned: Planned,
  answer: HttpAnswer,
): Promise<Result<string | null>> {
  const reading = await readTaskById(config, reader, taskRef(task.id));
  if (reading.kind !== 'found')
    return succeed(`Whether the field holds it could not be read: ${reading.failure.message}`);
  const held = showHeld(heldValue(reading.target.extra, planned.definition.id)) ?? 'nothing';
  if (holds(planned, reading.target) !== false) return succeed(null);
  return fail(notApplied(answer, [`the field "${planned.definition.name}" holds ${held}`]));
}

/** Whether the field is so already; null where reading does not tell. */
function holds({ definition, write }: Planned, task: TargetView): boolean | null {
  const held = heldValue(task.extra, definition.id);
  return write === null ? held === undefined : write.isHeld(held);
}

async function settle(
  config: ClickUpConfig,
  args: Args,
  reader: Reader,
  reading: Reading | null,
  doubt: Doubt,
): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleByTask(reading, doubt, () => ({ done: false, evidence: '' }));
  const planned = await plan(config, args, reader, reading.target);
  if (!planned.ok) return unknownFrom(planned.failure);
  return settleByTask(reading, doubt, (task) => {
    const { definition } = planned.value;
    const held = showHeld(heldValue(task.extra, definition.id)) ?? 'nothing';
    return {
      done: holds(planned.value, task),
      evidence: `The field "${definition.name}" of ${quoteTask(task)} holds ${held}.`,
    };
  });
}
