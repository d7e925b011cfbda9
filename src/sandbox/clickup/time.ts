import type { JsonValue, SandboxAnswer } from '../service.js';
import { type Call, checkTeam, findTask, ok, param, readObject } from './call.js';
import type { Status, Task, TimeEntry } from './model.js';
import { refuse, refuseUnknownId } from './refusal.js';
import { showStatus, showUser } from './show-task.js';
import { teamId } from './state.js';
import { readTimestamp } from './task-details.js';

const maxTasks = 100;
const minuteMs = 60_000;

/**
 * `POST /v2/team/{team_id}/time_entries`: `start` with `duration`, `stop` or `end`. Without an assignee, `start` and
 * `duration` were refused live with TIMESPENT_002 (audit notes, 2026-08-15); the text of that refusal is ours.
 */
export function addTimeEntry(call: Call): SandboxAnswer {
  const { state, context } = call;
  if (param(call, 0) !== teamId) refuse(400, 'TIMEENTRY_052', 'Team not found');
  const body = readObject(call);
  const startMs = readTimestamp(body.start);
  const stop = body.stop ?? body.end;
  const durationMs = stop === undefined ? body.duration : readTimestamp(stop) - startMs;
  if (typeof durationMs !== 'number' || (stop === undefined && body.assignee === undefined)) {
    return refuse(400, 'TIMESPENT_002', 'Time entry invalid');
  }
  const user = state.users.get(Number(body.assignee ?? call.state.users.keys().next().value));
  if (user === undefined) return refuse(400, 'TIMESPENT_002', 'Time entry invalid');
  const task = typeof body.tid === 'string' ? findTask(call, body.tid) : null;
  const description = typeof body.description === 'string' ? body.description : '';
  const billable = body.billable === true;
  const entry: TimeEntry = { id: state.nextTimeEntryId(), task, user, startMs, durationMs, description, billable };
  state.timeEntries.set(entry.id, entry);
  context.effect({ kind: 'track-time', target: task?.id ?? entry.id, detail: { time_entry_id: entry.id } });
  return ok({ data: showTimeEntry(entry) });
}

/** `DELETE /v2/team/{team_id}/time_entries/{timer_id}` */
export function deleteTimeEntry(call: Call): SandboxAnswer {
  checkTeam(param(call, 0));
  const entry = call.state.timeEntries.get(param(call, 1)) ?? refuseUnknownId();
  call.state.timeEntries.delete(entry.id);
  call.context.effect({ kind: 'delete-time-entry', target: entry.id });
  return ok({ data: showTimeEntry(entry) });
}

/** `GET /v2/task/{task_id}/time_in_status` */
export function getTimeInStatus(call: Call): SandboxAnswer {
  return ok(showTimeInStatus(findTask(call, param(call, 0)), call.context.now()));
}

/** `GET /v2/task/bulk_time_in_status/task_ids?task_ids=a&task_ids=b`: up to 100; unknown ids are left out. */
export function getBulkTimeInStatus(call: Call): SandboxAnswer {
  const ids = call.request.query.getAll('task_ids');
  if (ids.length === 0 || ids.length > maxTasks) return refuse(400, 'INPUT_004', 'Task ID invalid');
  const { state, request, context } = call;
  const byCustomId = request.query.get('custom_task_ids') === 'true';
  const shown: Record<string, JsonValue> = {};
  for (const id of ids) {
    const task = byCustomId ? state.customIds.get(id.toUpperCase()) : state.tasks.get(id);
    if (task !== undefined && !task.trashed) shown[task.id] = showTimeInStatus(task, context.now());
  }
  return ok(shown);
}

function showTimeInStatus(task: Task, nowMs: number): { readonly [key: string]: JsonValue } {
  const totals = new Map<Status, { ms: number; sinceMs: number }>();
  for (const [index, { status, sinceMs }] of task.statusPeriods.entries()) {
    const untilMs = task.statusPeriods[index + 1]?.sinceMs ?? nowMs;
    totals.set(status, { ms: (totals.get(status)?.ms ?? 0) + untilMs - sinceMs, sinceMs });
  }
  const history = Array.from(totals, ([status, { ms, sinceMs }]) => {
    const { status: name, color, type, orderindex = 0 } = showStatus(task.list, status);
    const time = { by_minute: Math.floor(ms / minuteMs), since: String(sinceMs) };
    return { status: name ?? null, color: color ?? null, type: type ?? null, total_time: time, orderindex };
  });
  const current = history.find(({ status }) => status === task.status.status);
  return {
    current_status: { status: task.status.status, color: task.status.color, total_time: current?.total_time ?? null },
    status_history: history,
  };
}

function showTimeEntry(entry: TimeEntry): { readonly [key: string]: JsonValue } {
  const { id, task, user, startMs, durationMs, description, billable } = entry;
  return {
    id,
    task: task && { id: task.id, name: task.name, status: showStatus(task.list, task.status), custom_type: null },
    wid: teamId,
    user: showUser(user),
    billable,
    start: String(startMs),
    end: String(startMs + durationMs),
    duration: durationMs,
    description,
    tags: [],
    source: 'clickup',
    at: startMs + durationMs,
  };
}
