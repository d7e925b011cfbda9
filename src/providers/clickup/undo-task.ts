/** How rows that take others back name their task, and changes of status, tags, people and archive taken back. */
import { field, type JsonValue } from '../../json.js';
import { tagKey } from '../tag-key.js';
import type { TargetView } from '../target.js';
import { isBlankCell, listCell, notTakenBack, type SeenPast, takenBackBy, type Undoing } from '../undo.js';
import { isCompletedType } from './list-statuses.js';

/** By the task's own id, whatever the row called it. */
export function namesOf({ id }: TargetView): Readonly<Record<string, string>> {
  return { task_id: id };
}

export function undoBy(operation: string): (args: unknown, past: SeenPast) => Undoing {
  return (_args, { view }) => takenBackBy([{ operation, values: namesOf(view) }]);
}

/** Gives the task the status that it had. @param otherwise what is done where that is not known; null for nothing. */
export function undoStatus(otherwise: 'reopen' | 'complete' | null): (args: unknown, past: SeenPast) => Undoing {
  return (_args, { view }) => {
    const names = namesOf(view);
    if (view.status === null || isBlankCell(view.status)) {
      if (otherwise === null) return notTakenBack('ClickUp did not tell the status that it had.');
      return takenBackBy([{ operation: otherwise, values: names }], ['the status that it had']);
    }
    const lost = isCompletedType(view.extra.statusType) ? ['when it had been completed'] : [];
    return takenBackBy([{ operation: 'set-status', values: { ...names, status: view.status } }], lost);
  };
}

/** @param added whether the row added the tag; one that was there before stays, one that was not is not added. */
export function undoTag(added: boolean): (args: { readonly tag: string }, past: SeenPast) => Undoing {
  return (args, { view }) => {
    const key = tagKey(args.tag);
    const held = view.tags.find((tag) => tagKey(tag) === key);
    if ((held !== undefined) === added) return takenBackBy([]);
    const operation = added ? 'remove-tag' : 'add-tag';
    return takenBackBy([{ operation, values: { ...namesOf(view), tag: held ?? args.tag } }]);
  };
}

/** @param assigned whether the row assigned the people; only those whom it changed are changed back. */
export function undoPeople(assigned: boolean): (args: unknown, past: SeenPast) => Undoing {
  return (_args, { view, prepared }) => {
    const held = readIds(view.extra.people);
    const changed = readIds(prepared.people).filter((id) => held.includes(id) !== assigned);
    if (changed.length === 0) return takenBackBy([]);
    const operation = assigned ? 'unassign' : 'assign';
    return takenBackBy([{ operation, values: { ...namesOf(view), assignees: listCell(changed) } }]);
  };
}

function readIds(value: JsonValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.filter((id: JsonValue) => typeof id === 'number') : [];
}

/** The description as ClickUp tells it: without its formatting. Null when it is not known whole. */
export function formerDescription({ extra }: TargetView, raw: JsonValue | null): string | null {
  const told = field(raw, 'description') ?? field(raw, 'text_content');
  if (raw !== null) return typeof told === 'string' ? told : '';
  const kept = typeof extra.description === 'string' ? extra.description : '';
  return isCut(kept) ? null : kept;
}

/** As `compactText` keeps long ones. */
function isCut(text: string): boolean {
  return /… \(\d+ characters, [0-9a-f]{16}\)$/.test(text);
}
