import type { EmulatedService, SandboxRequest } from '../../src/sandbox/service.js';

/** The smallest service: `GET /toy/<id>` echoes, any other method has an effect on `<id>`. Tells when it was asked. */
export function createToy(onHandle: (request: SandboxRequest) => void = () => {}): EmulatedService {
  const filled = new Set<string>();
  return {
    name: 'clickup',
    prefix: '/toy',
    limit: { requests: 3, windowMs: 60_000, sliding: true },
    environment: (origin) => ({ TOY_BASE_URL: `${origin}/toy` }),
    credential: ({ headers }) => headers.authorization ?? null,
    isWrite: ({ method }) => method !== 'GET',
    handle(request, { effect }) {
      onHandle(request);
      const [id = ''] = request.path;
      if (id === 'bug') throw new Error('a bug of the toy');
      if (request.method !== 'GET') effect({ kind: request.method.toLowerCase(), target: id });
      const answer = { path: request.path, body: request.bodyText, query: request.query.toString() };
      return request.method === 'DELETE' ? { status: 204 } : { status: 200, body: answer };
    },
    rateHeaders: ({ limit, remaining }) => ({ 'x-limit': String(limit), 'x-remaining': String(remaining) }),
    throttled: ({ resetAtMs, nowMs }, hint) => ({ status: 429, body: { hint, waitMs: resetAtMs - nowMs } }),
    failure: (status) => ({ status, body: { failure: status } }),
    fill: ({ values }) => {
      filled.add(String(values.id));
    },
    inspect: (id) => (filled.has(id) ? { id } : undefined),
    reset: () => filled.clear(),
  };
}
