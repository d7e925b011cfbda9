/** Deeper brackets are kept as part of the last name. */
const MAX_DEPTH = 6;

type Node = { [key: string]: string | Node };

/**
 * Reads PHP-style parameters: `filter[>id]=5&select[]=ID&a=1` gives `{filter: {'>id': '5'}, select: ['ID'], a: '1'}`.
 * All values are strings; a later value replaces an earlier one; keys 0, 1, 2, … become a list.
 */
export function parseNested(params: URLSearchParams): Readonly<Record<string, unknown>> {
  const root = emptyNode();
  for (const [name, value] of params) place(root, splitName(name), value);
  return Object.fromEntries(Object.entries(root).map(([key, node]) => [key, toLists(node)]));
}

/** No prototype, so that a parameter named `__proto__` is a parameter. */
function emptyNode(): Node {
  return Object.create(null);
}

function splitName(name: string): readonly string[] {
  const open = name.indexOf('[');
  if (open <= 0 || !name.endsWith(']')) return [name];
  const inner = name.slice(open + 1, -1).split('][');
  if (inner.length < MAX_DEPTH) return [name.slice(0, open), ...inner];
  return [name.slice(0, open), ...inner.slice(0, MAX_DEPTH - 1), inner.slice(MAX_DEPTH - 1).join('][')];
}

function place(root: Node, path: readonly string[], value: string): void {
  let node = root;
  path.forEach((part, index) => {
    const key = part === '' && index > 0 ? String(Object.keys(node).length) : part;
    if (index === path.length - 1) {
      node[key] = value;
      return;
    }
    const next = node[key];
    const child = next === undefined || typeof next === 'string' ? emptyNode() : next;
    node[key] = child;
    node = child;
  });
}

function toLists(node: string | Node): unknown {
  if (typeof node === 'string') return node;
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => [key, toLists(value)]);
  const isPhpList = entries.every(([key], index) => key === String(index));
  return isPhpList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
