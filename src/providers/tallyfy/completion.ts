/** Whether Tallyfy would take a completion, as far as a reading tells, so that no row is spent on a sure refusal. */
import { type Failure, localFailure } from '../../failure.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import type { FieldWrite } from './field-writes.js';

export interface CompletionArgs {
  readonly is_approved?: boolean | undefined;
}

/**
 * The refusal that a completion would meet, or null. Preconditions: Tallyfy's complete task page and API documentation
 * (2026-07-19); what `is_approved` does by type of task: task_management.py of tallyfy/mcp-public (2026-08-07).
 * Required fields that `writes` fill are not missing.
 */
export function foreseeRefusal(
  args: CompletionArgs,
  target: TargetView,
  writes: readonly FieldWrite[] = [],
): Failure | null {
  const { taskType, openProblem, runStatus, unfilledFields } = target.extra;
  if (taskType === 'approval' && args.is_approved === undefined) {
    return localFailure(
      'VALIDATION',
      'IS_APPROVED_REQUIRED',
      'The task is an approval, and the row does not say whether it is approved.',
      'Add the column is_approved: true approves, false rejects.',
    );
  }
  if ((taskType === 'expiring' || taskType === 'expiring_email') && args.is_approved === false) {
    return localFailure(
      'VALIDATION',
      'IS_APPROVED_NOT_ALLOWED',
      `On a task of type ${taskType}, is_approved = false would silently record it as expired, not as acknowledged.`,
      'Leave is_approved empty, or write true.',
    );
  }
  if (openProblem === true) {
    return localFailure(
      'CONFLICT',
      'OPEN_PROBLEM',
      'A problem is reported on the task and not resolved; Tallyfy completes it only when it is.',
      'Resolve the problem with resolve-problem or in Tallyfy, then retry the row.',
    );
  }
  if (runStatus === 'issue' && target.extra.oneOff !== true) {
    return localFailure(
      'CONFLICT',
      'RUN_HAS_ISSUE',
      'The run has an open issue, which freezes its tasks.',
      'Resolve the issue of the run in Tallyfy, then retry the row.',
    );
  }
  const filled = new Set<unknown>(writes.map((write) => write.field.label));
  const empty = Array.isArray(unfilledFields) ? unfilledFields.filter((label) => !filled.has(label)) : [];
  return empty.length > 0 ? requiredFieldsEmpty(empty) : null;
}

function requiredFieldsEmpty(labels: readonly unknown[]): Failure {
  return localFailure(
    'VALIDATION',
    'REQUIRED_FIELDS_EMPTY',
    `Required form fields are empty: ${labels.join(', ')}.`,
    'Give them in columns fields.<label>, or fill them in Tallyfy and retry the row.',
  );
}

/** `approved` or `rejected`, as the row asks for it; null when it does not say. */
export function describeVerdict({ is_approved: isApproved }: CompletionArgs): string | null {
  if (isApproved === undefined) return null;
  return isApproved ? 'approved' : 'rejected';
}

/** The refusal of a row whose approval is completed with the other verdict; null when it tells none or the same. */
export function refuseOtherVerdict(args: CompletionArgs, target: TargetView): Failure | null {
  const asked = describeVerdict(args);
  const told = extraText(target.extra, 'verdict');
  if (asked === null || told === null || told === asked) return null;
  return localFailure(
    'CONFLICT',
    'COMPLETED_OTHERWISE',
    `The approval is completed already, but ${told}, not ${asked}.`,
    'Reopen it first, if the verdict of the row is the right one.',
  );
}
