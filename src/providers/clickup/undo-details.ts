/** What `update` changed, as it was before; the same cells make a deleted task again. */
import type { JsonValue } from '../../json.js';
import type { TargetView } from '../target.js';
import { isBlankCell, listCell, type SeenPast, takenBackBy, type Undoing } from '../undo.js';
import { clearable, clearedDetails, type DetailValues, wantedDetails } from './task-details.js';
import { formerDescription, namesOf } from './undo-task.js';
import { priorities } from './value-columns.js';

/** What a task had: the cell that sets it again, `''` for nothing, null when it is not known whole. */
export function formerDetail(name: string, view: TargetView, raw: JsonValue | null): string | null {
  const { extra } = view;
  const number = (fact: string) => (typeof extra[fact] === 'number' ? String(extra[fact]) : '');
  const date = (fact: string) => (typeof extra[fact] === 'number' ? new Date(extra[fact]).toISOString() : '');
  switch (name) {
    case 'name':
      return view.title;
    case 'description':
      return formerDescription(view, raw);
    case 'status':
      return view.status;
    case 'priority':
      return typeof extra.priority === 'number' ? (priorities[extra.priority - 1] ?? null) : '';
    case 'due_date':
      return date('dueMs');
    case 'start_date':
      return date('startMs');
    case 'time_estimate':
      return number('estimateMs');
    case 'points':
      return number('points');
    case 'custom_item_id':
      return number('taskType') || '0';
    case 'parent':
      return typeof extra.parent === 'string' ? extra.parent : '';
    default:
      return null;
  }
}

/** What a cell can't say of what it sets. */
export function unsaid(name: string): string | null {
  if (name === 'description') return 'the formatting of its description';
  return name === 'due_date' || name === 'start_date' ? `whether its ${name} had a time of day` : null;
}

export function undoUpdate(
  args: DetailValues & { readonly clear?: readonly string[] | undefined },
  { view, raw }: SeenPast,
): Undoing {
  const asked = [...wantedDetails(args), ...clearedDetails(args.clear ?? [])];
  const changed = new Set(asked.filter((detail) => detail.isSo(view) !== true).map((detail) => detail.field));
  const values: Record<string, string> = {};
  const clear: string[] = [];
  const lost: string[] = [];
  for (const name of changed) {
    const before = formerDetail(name, view, raw);
    const note = unsaid(name);
    if (before === null) lost.push(`its ${name}, which was not kept whole`);
    else if (!isBlankCell(before)) {
      values[name] = before;
      if (note !== null) lost.push(note);
    } else if (clearable.includes(name)) clear.push(name);
    else lost.push(name === 'parent' ? 'that it was no subtask: ClickUp takes none out of its parent' : `its ${name}`);
  }
  if (clear.length > 0) values.clear = listCell(clear);
  if (Object.keys(values).length === 0) return takenBackBy([], lost);
  const row = { operation: 'update', values: { ...namesOf(view), ...values }, mayRefer: ['parent'] };
  return takenBackBy([row], lost);
}
