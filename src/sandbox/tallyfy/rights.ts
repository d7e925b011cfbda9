import type { SandboxAnswer } from '../service.js';
import { forbidden } from './answers.js';
import type { Call } from './call.js';
import { isRecord } from './json.js';
import { lightMember } from './state.js';

/**
 * What a light member may not do, answered with 403 (`{"message": …}`, fastmcp_errors.py of tallyfy/mcp-public): to change
 * anything but tasks that are assigned to them, or to see a secret task of others. Which rights a route asks for is
 * documented for a few of them only; this is the strict reading. What does not exist is left to the route: 404.
 */
export function checkRights(call: Call): SandboxAnswer | undefined {
  if (call.actor.id !== lightMember.id) return undefined;
  const isRead = call.request.method === 'GET' || call.request.method === 'HEAD';
  const taskId = call.taskId === '' ? readTaskId(call.request.body) : call.taskId;
  if (taskId !== '') {
    const task = call.state.tasks.get(taskId);
    if (task === undefined || task.owners.users.includes(lightMember.id)) return undefined;
    return isRead && !task.topSecret ? undefined : unauthorized;
  }
  if (isRead || (call.runId !== '' && !call.state.runs.has(call.runId))) return undefined;
  return unauthorized;
}

const unauthorized = forbidden('This action is unauthorized.');

/** A completion names its task in the body. */
function readTaskId(body: unknown): string {
  return isRecord(body) && typeof body.task_id === 'string' ? body.task_id : '';
}
