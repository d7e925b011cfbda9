/** Reading ClickUp's tasks, and the path under which a task is written to. */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { listField } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { found, isSoundJson, notFoundOrUnreadable } from '../reading.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors, trashedCode } from './errors.js';
import { readTaskName } from './task-id.js';
import { viewTask } from './task-view.js';

export interface TaskAddress {
  readonly path: readonly string[];
  readonly query: ReadonlyArray<readonly [string, string]>;
}

/**
 * Where a task is: `/v2/task/{id}`, and for a custom id the pair `custom_task_ids=true&team_id=…`, without which
 * ClickUp answers 401 OAUTH_027 (published v2 document, 2026-07-30). A task that was read goes by its native id.
 */
export function addressTask(config: ClickUpConfig, ref: TargetRef, target: TargetView | null): Result<TaskAddress> {
  if (target !== null) return succeed({ path: ['v2', 'task', target.id], query: [] });
  const name = readTaskName(ref.id);
  if (!name.isCustom) return succeed({ path: ['v2', 'task', name.id], query: [] });
  const teamId = name.teamId ?? config.teamId;
  if (teamId === null) return fail(teamMissing(name.id));
  return succeed({
    path: ['v2', 'task', name.id],
    query: [
      ['custom_task_ids', 'true'],
      ['team_id', teamId],
    ],
  });
}

/** `GET /v2/task/{id}`. Subtasks are asked for because they go when the task is deleted. */
export async function readTaskById(config: ClickUpConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  const address = addressTask(config, ref, null);
  if (!address.ok) return { kind: 'unreadable', ref, failure: address.failure };
  const { path, query } = address.value;
  const outcome = await reader.read({ method: 'GET', path, query: [...query, ['include_subtasks', 'true']] });
  const result = expectSuccess(outcome, 'read', clickUpErrors);
  if (!result.ok) {
    return notFoundOrUnreadable(ref, explainAbsence(result.failure, ref), result.failure.code === trashedCode);
  }
  const { json } = result.value;
  const target = isSoundJson(json) ? viewTask(json) : null;
  if (target !== null && isSoundJson(json) && answersTo(target, ref)) {
    const reading = found(ref, target, json, viewSubtasks(target, listField(json, 'subtasks')));
    return reading.parts === undefined ? reading : { ...reading, partsTold: 'right-below' };
  }
  const failure = unexpectedAnswer(result.value, 'read', 'ClickUp', `it holds no task ${ref.id}`);
  return { kind: 'unreadable', ref, failure };
}

/** Subtasks are in the list of their parent, and may come without it. */
function viewSubtasks({ place, placeId, list, folder, space }: TargetView, subtasks: readonly unknown[]): TargetView[] {
  return subtasks.flatMap((subtask) => {
    const view = viewTask(subtask);
    if (view === null) return [];
    return view.placeId === null ? { ...view, place, placeId, list, folder, space } : view;
  });
}

/** An id of digits alone may be one of ClickUp's, but most likely comes from elsewhere. */
export function explainAbsence(failure: Failure, ref: TargetRef): Failure {
  if (failure.type !== 'NOT_FOUND' || !/^\d+$/.test(ref.id)) return failure;
  const hint = "It is digits alone, as ids of Bitrix24 and of ClickUp's lists are; those of its tasks seldom are.";
  return { ...failure, suggestedAction: `${failure.suggestedAction} ${hint}` };
}

/** Whether it is the task that was asked for: what is read here may be deleted next. */
function answersTo(target: TargetView, ref: TargetRef): boolean {
  const name = readTaskName(ref.id);
  return name.isCustom ? target.customId?.toUpperCase() === name.id : target.id.toLowerCase() === name.id;
}

/** Every row with a custom id would meet it, so it counts as a lack of the credentials. */
function teamMissing(customId: string): Failure {
  return {
    ...localFailure(
      'VALIDATION',
      'TEAM_ID_MISSING',
      `${customId} is a custom id, and those are looked up within a workspace; CLICKUP_TEAM_ID is not set.`,
      'Set CLICKUP_TEAM_ID to the id of the workspace (the digits behind app.clickup.com/), or add a column team_id.',
    ),
    scope: 'credential',
  };
}
