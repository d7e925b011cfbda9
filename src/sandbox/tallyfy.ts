import { dropFields } from './drop-fields.js';
import type { EmulatedService, SandboxAnswer, SandboxRequest, ServiceContext } from './service.js';
import { endpointNotFound, forbidden } from './tallyfy/answers.js';
import { checkBody, checkHeaders, readActor, readToken } from './tallyfy/authenticate.js';
import { fillTarget } from './tallyfy/fill.js';
import { inspectThing } from './tallyfy/inspect.js';
import { answerFailure, answerThrottled } from './tallyfy/refusals.js';
import { checkRights } from './tallyfy/rights.js';
import { createRouter } from './tallyfy/router.js';
import { globalRoutes, organizationRoutes } from './tallyfy/routes.js';
import { defaultTallyfySettings, type TallyfySettings } from './tallyfy/settings.js';
import { createTallyfyState, resetTallyfyState, type TallyfyState } from './tallyfy/state.js';

const PREFIX = '/tallyfy/api';

/**
 * Emulates Tallyfy's REST API with its oddities. `settings` choose where the description of the service leaves it
 * open; `state` is what the organization holds, for tests that need what no request can bring about.
 */
export function createTallyfy(
  settings: Partial<TallyfySettings> = {},
  state: TallyfyState = createTallyfyState(),
): EmulatedService {
  const chosen: TallyfySettings = { ...defaultTallyfySettings, ...settings };
  return {
    name: 'tallyfy',
    prefix: PREFIX,
    limit: { requests: 100, windowMs: 60_000, sliding: true },
    environment: (origin) => ({
      TALLYFY_ACCESS_TOKEN: chosen.tokens[0] ?? '',
      TALLYFY_ORG_ID: chosen.organizationId,
      TALLYFY_BASE_URL: `${origin}${PREFIX}`,
    }),
    credential: readToken,
    isWrite: (request) => request.method !== 'GET' && request.method !== 'HEAD',
    handle: createHandler(chosen, state),
    rateHeaders: () => ({}),
    throttled: answerThrottled,
    failure: answerFailure,
    fill: (row, context) => fillTarget(state, row, context),
    inspect: (id) => inspectThing(state, id),
    reset: () => resetTallyfyState(state),
  };
}

/** In the order of the service: headers, route, organization, body, rights, then the route's own checks. */
function createHandler(settings: TallyfySettings, state: TallyfyState): EmulatedService['handle'] {
  const findGlobal = createRouter(globalRoutes);
  const findInOrganization = createRouter(organizationRoutes);
  return (request: SandboxRequest, context: ServiceContext): SandboxAnswer => {
    const unauthorized = checkHeaders(request, settings);
    if (unauthorized !== undefined) return unauthorized;
    const isScoped = request.path[0] === 'organizations';
    const route = isScoped
      ? findInOrganization(request.method, request.path.slice(2))
      : findGlobal(request.method, request.path);
    if (route === undefined) return endpointNotFound;
    if (isScoped && request.path[1] !== settings.organizationId) {
      return forbidden('You do not have access to this organization.');
    }
    const actor = readActor(request, settings);
    const seen = dropFields(request, settings.ignoredFields);
    const call = { ...route.ids, request: seen, context, state, settings, actor };
    return checkBody(request) ?? checkRights(call) ?? route.handler(call);
  };
}
