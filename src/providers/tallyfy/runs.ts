/** Runs (processes) of Tallyfy, in the words common to all services. */
import { field, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { describeTarget, found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { readIncluded } from './included.js';
import { organizationPath } from './tasks.js';

/** Whether a run takes tasks that are not of its template; `closed`: it allows none. */
export type RunOpenness = 'open' | 'archived' | 'closed' | 'absent';

export function runRef(runId: string): TargetRef {
  return { kind: 'run', id: runId };
}

/** `GET /runs/{id}`, archived or not. */
export async function readRun(config: TallyfyConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  const path = organizationPath(config, 'runs', ref.id);
  const outcome = await reader.read({ method: 'GET', path, query: [['with', 'tags']] });
  const result = expectSuccess(outcome, 'read', tallyfyErrors);
  if (!result.ok) return notFoundOrUnreadable(ref, result.failure, false);
  const run = field(result.value.json, 'data');
  const target = viewRun(run);
  if (target !== null && target.id.toLowerCase() === ref.id && isSoundJson(run)) return found(ref, target, run);
  const failure = unexpectedAnswer(result.value, 'read', 'Tallyfy', `it holds no run ${ref.id}`);
  return { kind: 'unreadable', ref, failure };
}

/**
 * `can_add_oot` says whether a run takes one-off tasks: without it the creation of one is refused ("Ad-hoc tasks not allowed
 * for this process"; get process and create task pages of the API documentation, 2026-07-19).
 */
export function opennessOf({ archived, extra }: TargetView): RunOpenness {
  if (extra.takesNoTasks === true) return 'closed';
  return archived ? 'archived' : 'open';
}

/** The view of a run, or null when the value is none. */
export function viewRun(run: unknown): TargetView | null {
  const id = textField(run, 'id');
  if (id === null || id === '') return null;
  const status = textField(run, 'status');
  const owner = textField(run, 'owner_id');
  return describeTarget({
    id,
    title: textField(run, 'name') ?? '',
    status,
    completed: (textField(run, 'completed_at') ?? '') !== '' || status === 'complete',
    archived: (textField(run, 'archived_at') ?? '') !== '' || status === 'archived',
    place: textField(run, 'checklist_title'),
    placeId: textField(run, 'checklist_id'),
    run: textField(run, 'name'),
    assignees: owner === null ? [] : [owner],
    tags: readIncluded(run, 'tags').flatMap((tag) => textField(tag, 'title') ?? textField(tag, 'name') ?? []),
    created: isoFromText(field(run, 'created_at')),
    updated: isoFromText(field(run, 'last_updated')),
    due: isoFromText(field(run, 'due_date')),
    extra: field(run, 'can_add_oot') === false ? { takesNoTasks: true } : {},
  });
}
