import { isBlankCell, notTakenBack, type Past, takenBackBy, type Undoing, type UndoRow, unseen } from '../undo.js';
import type { TaskNaming } from './task-ref.js';
import { formerFields, setAgain } from './undo-fields.js';
import { namesOf } from './undo-task.js';

/** Back to the list, then what the move took: a status and values of fields that the other list does not have. */
export function undoMove(
  args: TaskNaming & { readonly move_custom_fields?: boolean | undefined },
  { view, raw, prepared }: Past,
): Undoing {
  if (view === null) return unseen;
  if (view.placeId === null) return notTakenBack('ClickUp did not tell in which list it was.');
  const names = namesOf(args, view);
  const status = view.status === null || isBlankCell(view.status) ? {} : { status: view.status };
  const rows: UndoRow[] = [{ operation: 'move', values: { ...names, to_list_id: view.placeId, ...status } }];
  const lost: string[] = [];
  if (typeof prepared.status === 'string' && view.status !== null) {
    rows.push({ operation: 'set-status', values: { ...names, ...status } });
  }
  if (args.move_custom_fields === true) lost.push('that the other list did not have its custom fields');
  else if (raw === null) lost.push('values of custom fields that the other list does not have');
  else {
    for (const { id, name, type, held } of formerFields(raw)) {
      if (held.kind === 'empty' || type === 'button') continue;
      const row = setAgain(names, id, held);
      if (row === null) lost.push(`the value of the custom field "${name}", where the other list does not have it`);
      else rows.push(row);
    }
  }
  if (typeof view.extra.subtasks === 'number') {
    lost.push('statuses and custom fields of its subtasks, where the other list does not have them');
  }
  return takenBackBy(rows, lost);
}
