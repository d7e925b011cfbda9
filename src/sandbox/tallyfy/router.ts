import type { Handler, PathIds } from './call.js';

interface Node {
  readonly literals: Map<string, Node>;
  parameter: { readonly name: keyof PathIds; readonly node: Node } | undefined;
  readonly handlers: Map<string, Handler>;
}

/** Routes by text, `GET runs/:runId/tasks/:taskId`; the parameters are the names of `PathIds`. */
export type Routes = Readonly<Record<string, Handler>>;

export type FindRoute = (
  method: string,
  path: readonly string[],
) => { readonly handler: Handler; readonly ids: PathIds } | undefined;

/** A tree over the segments, so that finding a route costs one step a segment. A literal wins over a parameter. */
export function createRouter(routes: Routes): FindRoute {
  const root = createNode();
  for (const [route, handler] of Object.entries(routes)) addRoute(root, route, handler);
  return (method, path) => {
    const ids = { runId: '', taskId: '', itemId: '' };
    let node = root;
    for (const segment of path) {
      const literal = node.literals.get(segment);
      if (literal !== undefined) {
        node = literal;
      } else if (node.parameter !== undefined) {
        ids[node.parameter.name] = segment;
        node = node.parameter.node;
      } else {
        return undefined;
      }
    }
    const handler = node.handlers.get(method);
    return handler === undefined ? undefined : { handler, ids };
  };
}

function createNode(): Node {
  return { literals: new Map(), parameter: undefined, handlers: new Map() };
}

function addRoute(root: Node, route: string, handler: Handler): void {
  const [method = '', path = ''] = route.split(' ');
  let node = root;
  for (const segment of path.split('/')) node = step(node, segment, route);
  node.handlers.set(method, handler);
}

function step(node: Node, segment: string, route: string): Node {
  if (segment.startsWith(':')) {
    const name = readParameter(segment, route);
    node.parameter ??= { name, node: createNode() };
    if (node.parameter.name !== name)
      throw new Error(`Route "${route}": this place is "${node.parameter.name}" elsewhere.`);
    return node.parameter.node;
  }
  const next = node.literals.get(segment) ?? createNode();
  node.literals.set(segment, next);
  return next;
}

function readParameter(segment: string, route: string): keyof PathIds {
  if (segment === ':runId') return 'runId';
  if (segment === ':taskId') return 'taskId';
  if (segment === ':itemId') return 'itemId';
  throw new Error(`Route "${route}": unknown parameter "${segment}".`);
}
