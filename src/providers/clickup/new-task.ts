/** What a `create` sends, and whether the task that came of it is as asked. */
import { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { flag, identifier, text } from '../columns.js';
import type { Reader } from '../http.js';
import { tagKey } from '../tag-key.js';
import type { TargetView } from '../target.js';
import { longestName, parseListId, people, tagNames } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { memberIdsFor } from './field-members.js';
import { type FieldWrite, toFieldWrite } from './field-values.js';
import { chooseField, readListFields, wrongType } from './fields.js';
import { chooseNamedStatus, readListStatuses } from './list-statuses.js';
import { findList } from './lists.js';
import { nativeId } from './native-id.js';
import { type Detail, describeLacks, detailColumns, lettersOf, wantedDetails } from './task-details.js';
import { heldValue } from './task-facts.js';
import { findPeople } from './teams.js';
import { valuesByName } from './value-columns.js';

const { name: _name, ...details } = detailColumns;

export const createSchema = z
  .object({
    name: text(
      { about: 'The name of the task.', example: 'Draft the report', aliases: ['task_name', 'title', 'task_title'] },
      { max: longestName },
    ),
    list_id: identifier(
      {
        about: 'The id of the list in which the task is made.',
        example: '901000000002',
        fix: "Copy the digits behind /li/ in the list's address, or give list_name.",
      },
      { parse: parseListId },
    ).optional(),
    list_name: text(
      {
        about: 'The name of the list in which the task is made, where list_id is empty.',
        example: 'Backlog',
        aliases: ['list'],
      },
      { max: 500 },
    ).optional(),
    ...details,
    assignees: people({
      about: 'The people: user ids, e-mails or names of members of the workspace.',
      example: 'ada@example.com;81234567',
      aliases: ['assignee'],
    }).optional(),
    tags: tagNames({
      about: 'The tags; those that the space does not have are made.',
      example: 'urgent;test',
    }).optional(),
    custom_fields: valuesByName({
      about: 'Values of custom fields by name or id, as set-field takes them.',
      example: '{"Environment": "staging"}',
    }).optional(),
    notify_all: flag({
      about: 'Whether the author is notified too; assignees and watchers always are. Default no.',
      example: 'no',
    }).optional(),
    check_required_custom_fields: flag({
      about: 'Whether ClickUp refuses a task without its required custom fields. Default no.',
      example: 'no',
    }).optional(),
    mark: flag({
      about:
        'Whether the description ends in a line that names run and row, by which a task is found again after a lost ' +
        'answer. Without it, name and time decide. Default yes.',
      example: 'yes',
    }).optional(),
  })
  .superRefine(({ list_id, list_name }, context) => {
    if (list_id !== undefined || list_name !== undefined) return;
    context.addIssue({ code: 'custom', message: 'names no list: fill in list_id or list_name' });
  });

export type CreateArgs = z.output<typeof createSchema>;

/** A task to be made, with all names resolved. */
export interface NewTask {
  readonly listId: string;
  /** Without the mark. */
  readonly body: JsonObject;
  readonly details: readonly Detail[];
  readonly people: readonly number[];
  readonly tags: readonly string[];
  /** The description that the row gives; null where it gives none. */
  readonly text: { readonly asked: string; readonly isMarkdown: boolean } | null;
  readonly fields: ReadonlyArray<{ readonly id: string; readonly name: string; readonly write: FieldWrite }>;
}

/** Resolves the names of list, status, people, parent and fields; each is asked for once in a connection. */
export async function planTask(config: ClickUpConfig, args: CreateArgs, reader: Reader): Promise<Result<NewTask>> {
  const list = args.list_id === undefined ? await findList(config, reader, args.list_name ?? '') : null;
  if (list?.ok === false) return list;
  const listId = args.list_id ?? list?.value.id ?? '';
  const values = await resolveNames(config, args, reader, listId);
  if (!values.ok) return values;
  const found = await findPeople(config, reader, args.assignees ?? []);
  if (!found.ok) return found;
  const fields = await planFields(config, args, reader, listId);
  if (!fields.ok) return fields;
  const wanted = wantedDetails(values.value);
  const body: JsonObject = {
    ...Object.assign({}, ...wanted.map((detail) => detail.body)),
    ...(found.value.length === 0 ? {} : { assignees: found.value }),
    ...(args.tags === undefined ? {} : { tags: args.tags }),
    ...(fields.value.length === 0
      ? {}
      : { custom_fields: fields.value.map(({ id, write }): JsonValue => ({ id, ...write.body })) }),
    ...(args.notify_all === undefined ? {} : { notify_all: args.notify_all }),
    ...(args.check_required_custom_fields === undefined
      ? {}
      : { check_required_custom_fields: args.check_required_custom_fields }),
  };
  return succeed({
    listId,
    body,
    details: wanted,
    people: found.value,
    tags: args.tags ?? [],
    text: describedBy(args),
    fields: fields.value,
  });
}

function describedBy({ description, markdown_content: markdown }: CreateArgs): NewTask['text'] {
  if (markdown !== undefined) return { asked: markdown, isMarkdown: true };
  return description === undefined ? null : { asked: description, isMarkdown: false };
}

async function resolveNames(
  config: ClickUpConfig,
  args: CreateArgs,
  reader: Reader,
  listId: string,
): Promise<Result<CreateArgs>> {
  let resolved = args;
  if (args.status !== undefined) {
    const statuses = await readListStatuses(config, reader, listId);
    const chosen = statuses.ok ? chooseNamedStatus(statuses.value, args.status) : statuses;
    if (!chosen.ok) return chosen;
    resolved = { ...resolved, status: chosen.value.name };
  }
  if (args.parent !== undefined) {
    const parent = await nativeId(config, reader, args.parent);
    if (!parent.ok) return parent;
    resolved = { ...resolved, parent: parent.value };
  }
  return succeed(resolved);
}

async function planFields(
  config: ClickUpConfig,
  args: CreateArgs,
  reader: Reader,
  listId: string,
): Promise<Result<NewTask['fields']>> {
  const given = Object.entries(args.custom_fields ?? {}).filter(([, value]) => value !== null && value !== '');
  if (given.length === 0) return succeed([]);
  const definitions = await readListFields(config, reader, listId);
  if (!definitions.ok) return definitions;
  const planned = new Map<string, NewTask['fields'][number]>();
  for (const [name, value] of given) {
    const definition = chooseField(definitions.value, name);
    if (!definition.ok) return definition;
    const { id } = definition.value;
    if (planned.has(id)) return fail(fieldTwice(definition.value.name));
    // Without a number the list's own default type decides, which is not told.
    const wrong = wrongType(definition.value, args.custom_item_id);
    if (wrong !== null) return fail(wrong);
    const memberIds = memberIdsFor(config, reader, definition.value);
    const write = await toFieldWrite(definition.value, value, undefined, memberIds);
    if (!write.ok) return write;
    planned.set(id, { id, name: definition.value.name, write: write.value });
  }
  return succeed([...planned.values()]);
}

/** The tags that the task does not have; ClickUp was seen to leave them out. */
export function missingTags(wanted: NewTask, task: TargetView): string[] {
  const held = new Set(task.tags.map(tagKey));
  return wanted.tags.filter((tag) => !held.has(tagKey(tag)));
}

/** What else is not as asked, in words for a failure. */
export function missingParts(wanted: NewTask, task: TargetView): string[] {
  const lacks = describeLacks(
    wanted.details.filter(({ field }) => field !== 'description'),
    task,
  );
  if (wanted.text !== null && !showsText(task, wanted.text)) lacks.push('the description was not taken');
  const held: readonly JsonValue[] = Array.isArray(task.extra.people) ? task.extra.people : [];
  const absent = wanted.people.filter((id) => !held.includes(id));
  if (absent.length > 0) lacks.push(`${absent.join(', ')} was not assigned`);
  for (const { id, name, write } of wanted.fields) {
    if (write.isHeld(heldValue(task.extra, id)) === false) lacks.push(`the custom field "${name}" was not set`);
  }
  return lacks;
}

/** Facts hold the whole of a text of this many letters at least, and the beginning of a longer one. */
const comparedLetters = 40;

/**
 * Whether the description is there. It carries the mark as well, and ClickUp may set its lines anew, so letters are
 * compared; of Markdown, which comes back as plain text, that there are any.
 */
function showsText(task: TargetView, { asked, isMarkdown }: NonNullable<NewTask['text']>): boolean {
  const held = lettersOf(typeof task.extra.description === 'string' ? task.extra.description : '');
  if (isMarkdown) return held !== '' || lettersOf(asked) === '';
  return held.startsWith(lettersOf(asked).slice(0, comparedLetters));
}

function fieldTwice(name: string): Failure {
  const message = `The custom field "${name}" is given twice, by its name and by its id.`;
  return localFailure('VALIDATION', 'FIELD_GIVEN_TWICE', message, 'Leave one of them out.');
}
