/** What `update` changed, as it was before; the same cells make a deleted task again. */
import { type JsonValue, textField } from '../../json.js';
import type { TargetView } from '../target.js';
import { isBlankCell, listCell, type SeenPast, takenBackBy, type Undoing } from '../undo.js';
import {
  type Column,
  clearable,
  columns,
  type DetailArgs,
  decodeEntities,
  heldText,
  wantedDetails,
} from './task-details.js';
import { priorityCodes } from './value-columns.js';

/** The cell that sets a value again, `''` for nothing; null where it is not known, or can't be set. */
export function formerCell(column: Column, view: TargetView, raw: JsonValue | null): string | null {
  const held = heldText(column, view);
  switch (column) {
    case 'title':
      return held === null ? null : decodeEntities(held);
    case 'description': {
      const text = held ?? textField(raw, 'description') ?? textField(raw, 'DESCRIPTION');
      return text === null ? null : decodeEntities(text);
    }
    case 'priority':
      return Object.entries(priorityCodes).find(([, code]) => String(code) === held)?.[0] ?? null;
    case 'accomplices':
    case 'auditors':
      return held === null ? null : cellOf(held.split(',').filter((id) => id !== '' && id !== '0'));
    case 'tags':
      return held === null ? null : cellOf(view.tags.map(decodeEntities));
    case 'deadline':
      return held;
    default:
      return held === '0' ? '' : held;
  }
}

function cellOf(values: readonly string[]): string {
  return values.length === 0 ? '' : listCell(values);
}

const planDates = ['start_date_plan', 'end_date_plan'] as const;

/** Its subtasks go wherever it goes, at any depth, and lose their stages too (code of Bitrix24's tasks module). */
const lostByGroup = [
  'its stage in the group, and those of its subtasks',
  'the groups of subtasks that were not in its own: they moved with it, and move with it again',
];

export function undoUpdate(args: { readonly task_id: string } & Partial<DetailArgs>, { view, raw }: SeenPast): Undoing {
  const values: Record<string, string> = {};
  const clear: string[] = [];
  const lost: string[] = [];
  const changed = new Set<string>(wantedDetails(args).flatMap((one) => (one.isSo(view) === true ? [] : [one.field])));
  // An update takes both or none.
  if (planDates.some((one) => changed.has(one))) for (const one of planDates) changed.add(one);
  for (const column of columns.filter((one) => changed.has(one))) {
    const before = formerCell(column, view, raw);
    if (column === 'group_id') lost.push(...lostByGroup);
    if (before === null) lost.push(`its ${column}, which Bitrix24 did not tell`);
    else if (!isBlankCell(before)) values[column] = before;
    else if (clearable.some((one) => one === column)) clear.push(column);
    else lost.push(`that its ${column} was empty`);
  }
  if (clear.length > 0) values.clear = listCell(clear);
  if (Object.keys(values).length === 0) return takenBackBy([], lost);
  const row = { operation: 'update', values: { task_id: args.task_id, ...values }, mayRefer: ['parent_id'] };
  return takenBackBy([row], lost);
}
