/** A task that was deleted, made again from its snapshot; and one that was made, deleted again. */
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
import { columns, type DetailArgs, describeLacks, wantedDetails } from './task-details.js';
import { statusCodes } from './task-view.js';
import { formerCell } from './undo-details.js';

/** What no task that is made again gets back. */
export const lostByDelete = [
  'its number',
  'its comments, time records, checklists, files and history',
  'when it was made, and by whom',
  'its stage and fields of the portal',
  'its subtasks, which stay where they moved to',
  'its tags as they were to the letter: one that names the row is added',
] as const;

export function remakeTask(_args: unknown, { view, raw }: SeenPast): Undoing {
  if (raw === null) return notKept;
  const values: Record<string, string> = {};
  const lost: string[] = [];
  for (const column of columns) {
    const before = formerCell(column, view, raw);
    if (before === null) lost.push(`its ${column}, which Bitrix24 did not tell`);
    else if (!isBlankCell(before)) values[column] = before;
  }
  if (values.title === undefined || values.responsible_id === undefined) {
    return notTakenBack('Bitrix24 makes no task without a title and a responsible person, and did not tell both.');
  }
  const rows: UndoRow[] = [{ operation: 'create', values, mayRefer: ['parent_id'], apart: tellApart }];
  const end = endOf(view);
  if (end !== null) rows.push({ operation: end, values: {}, ofMade: 'task_id' });
  if (end === 'complete') lost.push('when it was closed, and by whom');
  else if (end === null && !isPending(view)) lost.push(`the status ${view.status ?? 'that it had'}: it is pending`);
  return takenBackBy(rows, lost);
}

function endOf({ extra }: TargetView): 'complete' | 'defer' | null {
  if (extra.statusCode === statusCodes.deferred) return 'defer';
  return extra.statusCode === statusCodes.completed ? 'complete' : null;
}

function isPending({ extra }: TargetView): boolean {
  return extra.statusCode === 1 || extra.statusCode === statusCodes.pending;
}

function tellApart(values: UndoRow['values'], word: string): UndoRow['values'] {
  const tags: unknown = JSON.parse(values.tags ?? '[]');
  return { ...values, tags: listCell([...(Array.isArray(tags) ? tags.map(String) : []), word]) };
}

export function undoCreation(_args: unknown, { createdIds }: Past): Undoing {
  return deleteMade(createdIds);
}

/** Tags carry the mark as well, so they are left out. */
export function describeChange(args: Partial<DetailArgs>, made: TargetView): string | null {
  const { tags: _tags, ...plain } = args;
  const [lack] = describeLacks(wantedDetails(plain), made);
  return lack ?? null;
}
