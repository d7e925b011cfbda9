/** What every write on a task of Tallyfy rests on: a reading of it, its place, and what must be sent along. */
import { fail, localFailure, type Result, succeed } from '../../failure.js';
import type { JsonObject } from '../../json.js';
import type { Reader } from '../http.js';
import type { Done, Prediction } from '../operation.js';
import type { TargetRef, TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import type { TallyfyConfig } from './config.js';
import { writeDate } from './date-column.js';
import { lookUpTargets } from './look-up.js';
import { ownersBody, viewOwners } from './owners.js';

/** The target to write to, or a row that is done without a write. */
export type Ready = { readonly target: TargetView } | { readonly done: Done };

/** Without a reading from planning the target is read here, and its row judged as planning would have. */
export async function ensureTarget(
  config: TallyfyConfig,
  reader: Reader,
  ref: TargetRef,
  target: TargetView | null,
  predict: (target: TargetView) => Prediction,
): Promise<Result<Ready>> {
  let known = target;
  if (known === null) {
    const [reading] = await lookUpTargets(config, reader, [ref]);
    if (reading?.kind !== 'found') return fail(reading?.failure ?? notRead);
    known = reading.target;
  }
  const foretold = predict(known);
  if (foretold.kind === 'will-fail') return fail(foretold.failure);
  if (foretold.kind === 'nothing-to-do' && target === null) return succeed({ done: already(foretold.reason) });
  return succeed({ target: known });
}

const notRead = localFailure(
  'UNKNOWN',
  'NOT_READ',
  'Tallyfy told nothing about the target.',
  'Try again; if it stays so, look at the target in Tallyfy.',
);

/** A row that needed no write. */
export function already(message: string): Done {
  return { outcome: 'already', httpStatus: 200, requestId: null, message, url: null, createdId: null };
}

/** The run whose routes a task is written by; null for a one-off, which has routes of its own. */
export function runOfTask(target: TargetView, given: string | undefined): string | null {
  if (target.extra.oneOff === true) return null;
  return given ?? extraText(target.extra, 'runId');
}

/** Path of `PUT` on a task. */
export function taskSegments(target: TargetView, given: string | undefined): readonly string[] {
  const runId = runOfTask(target, given);
  return runId === null ? ['tasks', target.id] : ['runs', runId, 'tasks', target.id];
}

/**
 * What each `PUT` on a one-off must hold whatever it changes: title, deadline and assignees (update page of the API
 * documentation). Without one of them nothing is sent, for it would be wiped or the request refused.
 */
export function oneOffBase(target: TargetView, deadline: string | undefined): Result<JsonObject> {
  const due = deadline ?? (target.due === null ? null : writeDate(target.due));
  if (due === null) {
    return fail(
      localFailure(
        'VALIDATION',
        'DEADLINE_REQUIRED',
        'The one-off task has no deadline, and Tallyfy changes no one-off task without one.',
        'Give it a deadline first, with the column deadline of update.',
      ),
    );
  }
  const owners = viewOwners(target.extra);
  if (owners === null || target.title === '') {
    return fail(
      localFailure(
        'CONFLICT',
        'TASK_NOT_UNDERSTOOD',
        'Tallyfy told no title or no assignees of the task that could be written back.',
        'Change the task in Tallyfy itself.',
      ),
    );
  }
  return succeed({ title: target.title, deadline: due, owners: ownersBody(owners) });
}

/** The refusal of a write on what is completed or archived; null when it is neither. */
export function refuseClosed(target: TargetView): Prediction | null {
  const archived = refuseArchived(target);
  if (archived !== null || !target.completed) return archived;
  return refuse('TASK_COMPLETED', 'The task is completed, and Tallyfy changes no completed task.', 'Reopen it first.');
}

/** The refusal of a write that needs a live task; null when it is one. */
export function refuseArchived(target: TargetView): Prediction | null {
  if (!target.archived) return null;
  const restore = target.extra.oneOff === true ? 'tallyfy.restore' : 'tallyfy.restore-run';
  return refuse('TASK_ARCHIVED', `The task is archived; restore it first (${restore}).`, `Restore it with ${restore}.`);
}

export function refuse(code: string, message: string, action: string): Prediction {
  return { kind: 'will-fail', failure: localFailure('CONFLICT', code, message, action) };
}
