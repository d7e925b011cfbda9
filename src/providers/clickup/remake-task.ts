/** A task that was deleted, made again from its snapshot; and one that was made, deleted again. */
import { type JsonValue, listField, textField } from '../../json.js';
import type { TargetView } from '../target.js';
import {
  deleteMade,
  isBlankCell,
  listCell,
  notKept,
  notTakenBack,
  type Past,
  type SeenPast,
  takenBackBy,
  type Undoing,
  type UndoRow,
} from '../undo.js';
import type { CreateArgs } from './new-task.js';
import { describeLacks, wantedDetails } from './task-details.js';
import { formerDetail, unsaid } from './undo-details.js';
import { fieldsCell, formerFields } from './undo-fields.js';

/** What no task that is made again gets back. */
export const lostByDelete = [
  'its id',
  'its comments, time records, attachments and history',
  'when it was made, and by whom',
  'who watched it',
  'its description as it was to the letter: a line that names the row is added',
] as const;

const details = [
  ...(['name', 'description', 'status', 'priority', 'due_date', 'start_date'] as const),
  ...(['time_estimate', 'points', 'custom_item_id', 'parent'] as const),
];

/** Types of custom fields that hold tasks. */
const relationTypes: ReadonlySet<string> = new Set(['tasks', 'list_relationship']);

export function remakeTask(_args: unknown, { view, raw }: SeenPast): Undoing {
  if (raw === null) return notKept;
  if (view.placeId === null) return notTakenBack('ClickUp did not tell in which list it was.');
  if (isBlankCell(view.title)) return notTakenBack('ClickUp makes no task without a name, and it had none.');
  const values: Record<string, string> = { list_id: view.placeId };
  const lost: string[] = [];
  for (const name of details) {
    const before = formerDetail(name, view, raw) ?? '';
    if (isBlankCell(before) || (name === 'custom_item_id' && before === '0')) continue;
    values[name] = before;
    const note = unsaid(name);
    if (note !== null) lost.push(note);
  }
  const people = listField(raw, 'assignees').flatMap((person) => textField(person, 'id') ?? []);
  if (people.length > 0) values.assignees = listCell(people);
  if (view.tags.length > 0) values.tags = listCell(view.tags);
  const fields = formerFields(raw);
  const cell = fieldsCell(fields);
  if (cell !== null) values.custom_fields = cell;
  for (const { name, type, held } of fields) {
    // Those are made again under other ids, and which ones is known only then.
    if (held.kind === 'value' && relationTypes.has(type)) {
      lost.push(`which tasks it names that were deleted as well (custom field "${name}")`);
    }
    if (held.kind === 'lost') lost.push(`the value of the custom field "${name}"`);
    if (held.kind === 'value') lost.push(...held.lost.map((what) => `${what} (custom field "${name}")`));
  }
  lost.push(...lostParts(view, raw));
  const rows: UndoRow[] = [{ operation: 'create', values, mayRefer: ['parent'], apart: tellApart }];
  if (view.archived) rows.push({ operation: 'archive', values: {}, ofMade: 'task_id' });
  return takenBackBy(rows, lost);
}

/** What else there was of it, as far as ClickUp told. */
function lostParts(view: TargetView, raw: JsonValue): string[] {
  const { subtasks = 0 } = view.traces;
  const parts: string[] =
    subtasks > 0 ? [`its ${subtasks} subtasks and all below them, unless rows of their own deleted them`] : [];
  // A task is made below another one in the same list alone, and what was read does not tell that one's list.
  if (view.partOf.length > 0) parts.push('all of it where its parent is in another list');
  if (view.customId !== null) parts.push('its custom id');
  if (view.completed) parts.push('when it was completed');
  for (const [name, what] of [
    ['checklists', 'its checklists'],
    ['dependencies', 'its dependencies'],
    ['linked_tasks', 'its links to other tasks'],
    ['locations', 'the other lists that it was in'],
    ['group_assignees', 'the teams that were assigned'],
  ] as const) {
    if (listField(raw, name).length > 0) parts.push(what);
  }
  return parts;
}

function tellApart(values: UndoRow['values'], word: string): UndoRow['values'] {
  const { description } = values;
  return { ...values, description: description === undefined ? `[${word}]` : `${description}\n\n[${word}]` };
}

export function undoCreation(_args: CreateArgs, { createdIds }: Past): Undoing {
  return deleteMade(createdIds);
}

/** Names that a row gives in other words than ClickUp tells them, and what carries the mark, are left out. */
export function describeChange(args: CreateArgs, made: TargetView): string | null {
  const { description: _text, markdown_content: _markdown, status: _status, parent: _parent, ...plain } = args;
  const [lack] = describeLacks(wantedDetails(plain), made);
  return lack ?? null;
}
