import type { SandboxRequest } from './service.js';

/**
 * The request without some fields of its body, as a service sees it that takes them and ignores them.
 *
 * @param names of fields; with a dot those of an object inside: `owners.guests`.
 */
export function dropFields(request: SandboxRequest, names: readonly string[]): SandboxRequest {
  const { body } = request;
  if (names.length === 0 || !isPlainObject(body)) return request;
  const { method, path, query, headers, bodyText } = request;
  return { method, path, query, headers, bodyText, body: without(body, names) };
}

function without(body: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]): Array<[string, unknown]> => {
      if (names.includes(key)) return [];
      const inner = names.flatMap((name) => (name.startsWith(`${key}.`) ? [name.slice(key.length + 1)] : []));
      return [[key, inner.length > 0 && isPlainObject(value) ? without(value, inner) : value]];
    }),
  );
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
