/** Changes of status, taken back as far as Bitrix24's own actions lead there. */
import { notTakenBack, type SeenPast, takenBackBy, type Undoing, type UndoRow } from '../undo.js';
import { statusCodes } from './task-view.js';

interface StatusArgs {
  readonly task_id: string;
}

export function undoCompletion({ task_id }: StatusArgs, { view }: SeenPast): Undoing {
  const { statusCode } = view.extra;
  const reopen: UndoRow = { operation: 'reopen', values: { task_id } };
  const lost = isPending(statusCode) ? [] : [becomesPending(view.status)];
  // Who did the work had closed it, and it awaited its creator's approval.
  if (statusCode === statusCodes.awaitingControl) lost.push('when it had been closed, and by whom');
  return takenBackBy([reopen], lost);
}

/** Whether a task is under control, and whose the credential is, is told by none of the readings. */
const approvalAgain =
  "its creator's approval, where it is under control and the credential is not its creator's: it awaits that again";

export function undoReopening({ task_id }: StatusArgs, { view }: SeenPast): Undoing {
  switch (view.extra.statusCode) {
    case statusCodes.deferred:
      return takenBackBy([{ operation: 'defer', values: { task_id } }]);
    case statusCodes.completed:
      return takenBackBy(
        [{ operation: 'complete', values: { task_id } }],
        ['when it had been closed, and by whom', approvalAgain],
      );
    case statusCodes.awaitingControl:
      return takenBackBy(
        [{ operation: 'complete', values: { task_id } }],
        ['that it awaited approval, where the user of the credential made it', 'when it had been closed, and by whom'],
      );
    default:
      return notTakenBack(`No action of Bitrix24 leads back to the status ${view.status ?? 'that it had'}.`);
  }
}

export function undoDeferral({ task_id }: StatusArgs, { view }: SeenPast): Undoing {
  const rows = [{ operation: 'reopen', values: { task_id } }];
  return takenBackBy(rows, isPending(view.extra.statusCode) ? [] : [becomesPending(view.status)]);
}

/** 1 is an old way to write 2. */
function isPending(code: unknown): boolean {
  return code === 1 || code === statusCodes.pending;
}

function becomesPending(status: string | null): string {
  return `the status ${status ?? 'that it had'}: a task that is reopened is pending`;
}
