import type { Call } from './call.js';
import { refuse, refuseV3 } from './refusal.js';
import { viewer } from './state.js';

/**
 * Refuses what a member who may only view is not allowed: to change anything but tasks that are assigned to them. Which
 * code refuses a right is not published; `ACCESS_083` was seen for a task without access, and the status is ours. What
 * does not exist is left to the route.
 *
 * @throws Refusal 403.
 */
export function checkRights(call: Call): void {
  const { actor, request, state, context } = call;
  if (actor.id !== viewer.id || request.method === 'GET' || request.method === 'HEAD') return;
  const [version, area, id = ''] = request.path;
  const isMove = version === 'v3';
  const ofComment = area === 'comment' ? (state.comments.get(Number(id))?.task.id ?? id) : null;
  const name = ofComment ?? (area === 'task' && !isMove ? id : (request.path[4] ?? ''));
  const task = state.tasks.get(name) ?? state.customIds.get(name.toUpperCase());
  if (name !== '' && (task === undefined || [...task.assignees].some((user) => user.id === viewer.id))) return;
  if (area === 'list' && !state.lists.has(id)) return;
  if (isMove) refuseV3(403, 'You do not have access to this task', context.now());
  refuse(403, 'ACCESS_083', `You do not have access to this ${name === '' ? 'location' : 'task'}`);
}
