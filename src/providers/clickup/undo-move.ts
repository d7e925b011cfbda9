import { field, type JsonValue, listField, textField } from '../../json.js';
import type { TargetView } from '../target.js';
import { isBlankCell, notTakenBack, type SeenPast, takenBackBy, type Undoing, type UndoRow } from '../undo.js';
import { isSameStatus } from './list-statuses.js';
import { heldValue } from './task-facts.js';
import { formerFields, setAgain } from './undo-fields.js';
import { namesOf } from './undo-task.js';

/** Back to the list, then what the move took: a status and values of fields that the other list does not have. */
export function undoMove(
  args: { readonly move_custom_fields?: boolean | undefined },
  { view, raw, prepared }: SeenPast,
): Undoing {
  if (view.placeId === null) return notTakenBack('ClickUp did not tell in which list it was.');
  const names = namesOf(view);
  const status = view.status === null || isBlankCell(view.status) ? {} : { status: view.status };
  const rows: UndoRow[] = [{ operation: 'move', values: { ...names, to_list_id: view.placeId, ...status } }];
  const lost: string[] = [];
  if (typeof prepared.status === 'string' && view.status !== null) {
    const mapped = prepared.status;
    rows.push({
      operation: 'set-status',
      values: { ...names, ...status },
      beside: {
        field: 'status',
        changedSince: (now) => {
          const isKnown = [mapped, view.status].some((known) => isSameStatus(known ?? '', now.status ?? ''));
          if (isKnown) return null;
          return `its status, which is "${now.status}" by now (and "${view.status}" then, if the list does not have that)`;
        },
      },
    });
  }
  if (args.move_custom_fields === true) lost.push('that the other list did not have its custom fields');
  else if (raw === null) lost.push('values of custom fields that the other list does not have');
  else {
    if (isOlder(raw, view)) {
      lost.push(
        'values of custom fields that were set between the plan and the move, where the other list does not have them',
      );
    }
    for (const { id, name, type, held } of formerFields(raw)) {
      if (held.kind === 'empty' || type === 'button') continue;
      const row = setAgain(names, id, held);
      if (row === null) lost.push(`the value of the custom field "${name}", where the other list does not have it`);
      else rows.push({ ...row, beside: { field: name, changedSince: (now) => describeOther(view, now, id, name) } });
    }
  }
  if ((view.traces.subtasks ?? 0) > 0) {
    lost.push('statuses and custom fields of its subtasks, where the other list does not have them');
  }
  lost.push(...lostPlaces(view, raw, textField(prepared, 'listId')));
  return takenBackBy(rows, lost);
}

/**
 * Of what was in the other list before the task was: it is not told apart from what came with the task. A single reading
 * tells of subtasks right below, in whatever list, and lists tell of none that are in another one.
 */
function lostPlaces({ otherLists }: TargetView, raw: JsonValue | null, listId: string | null): string[] {
  const isThere = (list: unknown) => textField(list, 'id') === listId;
  const subtasks: unknown = field(raw, 'subtasks');
  const came = 'the list of subtasks that were in the new list already and come along when it moves back';
  const isShown = raw === null ? otherLists.length > 0 : listField(raw, 'locations').some(isThere);
  const lost = isShown ? ['that the new list showed it before, beside its own list'] : [];
  if (!Array.isArray(subtasks)) return [...lost, `${came}, if there are any: ClickUp's lists do not tell of those`];
  if (subtasks.length === 0) return lost;
  const isKnown = subtasks.some((subtask: unknown) => isThere(field(subtask, 'list')));
  return [...lost, isKnown ? came : `${came}, if there are any`];
}

/** Whether the task was kept whole before it was read last. */
function isOlder(raw: JsonValue, { updated }: TargetView): boolean {
  return Number(textField(raw, 'date_updated')) < Date.parse(updated ?? '');
}

/** The move may have emptied the field. */
function describeOther(before: TargetView, now: TargetView, id: string, name: string): string | null {
  const held = heldValue(now.extra, id);
  const isKnown = held === undefined || JSON.stringify(held) === JSON.stringify(heldValue(before.extra, id));
  return isKnown ? null : `the value of the custom field "${name}", which something else has set since`;
}
