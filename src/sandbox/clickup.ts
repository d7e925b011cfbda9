import type { Call, Handler } from './clickup/call.js';
import { commentsOf, showComment } from './clickup/comments.js';
import { fillRow } from './clickup/fill-task.js';
import { showList } from './clickup/hierarchy.js';
import { cannotRoute, errorAnswer, failureAnswer, Refusal } from './clickup/refusal.js';
import { checkRights } from './clickup/rights.js';
import { findRoute } from './clickup/routes.js';
import { showTask } from './clickup/show-task.js';
import { ClickUpState, teamId, tokenUser, viewer } from './clickup/state.js';
import { rateHeaders, throttledAnswer } from './clickup/throttle.js';
import { dropFields } from './drop-fields.js';
import type { EmulatedService, JsonValue, SandboxAnswer, SandboxRequest, ServiceContext } from './service.js';

const prefix = '/clickup/api';
const token = 'pk_81234567_SANDBOXTOKENSANDBOXTOKENSANDBOX0';
/** The token of a member who may only view what is not assigned to them. */
export const viewerToken = 'pk_81234569_SANDBOXTOKENSANDBOXTOKENSANDBOX1';
/** What the Free, Unlimited and Business plans allow each token in a minute (ClickUp's page on rate limits). */
const limit = { requests: 100, windowMs: 60_000, sliding: false };

/** How the emulated ClickUp decides where a test needs another side of it. */
export interface ClickUpSettings {
  /** Fields of a body that are taken and ignored, with a dot those inside an object. */
  readonly ignoredFields: readonly string[];
  /** Lists leave out what was made less than this ago, as a trailing replica does. Milliseconds. */
  readonly listLagMs: number;
}

/**
 * ClickUp's API v2 for tasks and their hierarchy, and the v3 route that moves a task, with one workspace, two spaces and
 * a few lists. Where the document and live answers differ, it does what was seen live.
 */
export function createClickUp({ ignoredFields = [], listLagMs = 0 }: Partial<ClickUpSettings> = {}): EmulatedService {
  let state = new ClickUpState(listLagMs);
  return {
    name: 'clickup',
    prefix,
    limit,
    environment: (origin) => ({
      CLICKUP_API_TOKEN: token,
      CLICKUP_TEAM_ID: teamId,
      CLICKUP_BASE_URL: `${origin}${prefix}`,
    }),
    credential: ({ headers: { authorization } }) => authorization?.replace(/^Bearer\s+/i, '') || null,
    isWrite: ({ method }) => method !== 'GET' && method !== 'HEAD',
    handle: (request, context) => authenticate(request) ?? route(state, dropFields(request, ignoredFields), context),
    rateHeaders,
    throttled: throttledAnswer,
    failure: failureAnswer,
    fill: (row, context) => fillRow(state, row, context),
    inspect: (id) => inspect(state, id),
    reset: () => {
      state = new ClickUpState(listLagMs);
    },
  };
}

/**
 * A personal token is sent as it is; after `Bearer` the service looks for an OAuth token, of which there is none here.
 *
 * @returns the refusal, or null when the token is right.
 */
function authenticate({ headers: { authorization } }: SandboxRequest): SandboxAnswer | null {
  if (authorization === token || authorization === viewerToken) return null;
  if (!authorization) return errorAnswer(401, 'OAUTH_017', 'Authorization header required');
  if (/^Bearer\s/i.test(authorization) && !authorization.endsWith('_revoked')) {
    return errorAnswer(401, 'OAUTH_019', 'Oauth token not found');
  }
  return errorAnswer(401, 'OAUTH_025', 'Token invalid');
}

function route(state: ClickUpState, request: SandboxRequest, context: ServiceContext): SandboxAnswer {
  const found = findRoute(request.method, request.path);
  if (found === null) return refuseRoute(request);
  const { needsContentType, handler } = found.route;
  const type = request.headers['content-type'];
  if ((needsContentType || request.bodyText !== '') && !type?.toLowerCase().startsWith('application/json')) {
    // Declared required; what its absence is told is not published, so the code is ours.
    return errorAnswer(400, 'INPUT_001', 'Content-Type must be application/json');
  }
  const actor = request.headers.authorization === viewerToken ? viewer : tokenUser;
  return run(handler, { state, request, context, actor, params: found.params });
}

function run(handler: Handler, call: Call): SandboxAnswer {
  try {
    checkRights(call);
    return handler(call);
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.answer;
    throw thrown;
  }
}

/** v2 answers with a web page, v3 with plain text, anything else with APP_001: all three were seen live. */
function refuseRoute({ method, path }: SandboxRequest): SandboxAnswer {
  if (path[0] === 'v2') return cannotRoute(method, `/api/${path.map(encodeURIComponent).join('/')}`);
  if (path[0] === 'v3') return { status: 404, text: '404 page not found' };
  return errorAnswer(404, 'APP_001', 'Route not found');
}

/** A task by either id, with its comments and whether it is in the trash; else a list with the ids of its tasks. */
function inspect(state: ClickUpState, id: string): JsonValue | undefined {
  const task = state.tasks.get(id) ?? state.customIds.get(id.toUpperCase());
  if (task !== undefined) {
    const comments = commentsOf(state, task).map((comment) => showComment(state, comment));
    return { ...showTask(state, task, { markdown: true }), trashed: task.trashed, comments };
  }
  const list = state.lists.get(id);
  return list && { ...showList(list), tasks: Array.from(list.tasks, (held) => held.id) };
}
