/** Completing and reopening, taken back. */
import { field, type JsonObject, type JsonValue, textField } from '../../json.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import { notTakenBack, type SeenPast, takenBackBy, type Undoing, type UndoRow } from '../undo.js';
import { readUserId } from './owners.js';
import { formerFields } from './undo-fields.js';

interface CompletedArgs {
  readonly task_id: string;
  readonly run_id?: string | undefined;
  readonly fields?: JsonObject | undefined;
}

/** Reopens the task, and then gives its form fields their former values: a completed task takes none. */
export function undoCompletion(args: CompletedArgs, { view }: SeenPast): Undoing {
  const lost: string[] = [];
  const rows: UndoRow[] = [{ operation: 'reopen', values: namesOf(args) }];
  if (view.status !== null && view.status !== 'in-progress') {
    lost.push(`the status ${view.status}: a task that is reopened is in progress`);
  }
  if (args.fields !== undefined) {
    const former = formerFields(args.task_id, { fields: args.fields }, view);
    if (former.row !== null) rows.push(former.row);
    lost.push(...former.lost);
  }
  return takenBackBy(rows, lost);
}

export function undoReopening(args: CompletedArgs, { view, raw }: SeenPast): Undoing {
  const again = completeAgain(view, raw);
  if (again === null) return notTakenBack('It is an approval, and Tallyfy did not tell its verdict.');
  const row = { operation: 'complete', values: { ...namesOf(args), ...again.values } };
  return takenBackBy([row], again.lost);
}

/** What a row says that completes a task as it was completed; null where the verdict is not known. */
export function completeAgain(
  { extra }: TargetView,
  raw: JsonValue | null,
): { readonly values: Readonly<Record<string, string>>; readonly lost: readonly string[] } | null {
  const taskType = extraText(extra, 'taskType') ?? '';
  const verdict = extraText(extra, 'verdict');
  if (taskType === 'approval' && verdict === null) return null;
  const completer = readUserId(textField(raw, 'completer_id'));
  const lost = completer === null ? ['who had completed it'] : [];
  if (taskType.startsWith('expiring') && field(raw, 'is_approved') !== true) {
    lost.push('whether it was acknowledged or had expired');
  }
  const values = {
    ...(verdict === null ? {} : { is_approved: String(verdict === 'approved') }),
    ...(completer === null ? {} : { override_user: String(completer) }),
  };
  return { values, lost };
}

export function namesOf({ task_id, run_id }: CompletedArgs): Readonly<Record<string, string>> {
  return { task_id, ...(run_id === undefined ? {} : { run_id }) };
}
