import type { HttpRequest } from './http.js';

/**
 * The request target (path and query) of a request behind a base URL's path. Each segment is encoded, so that an id
 * with `/`, `?` or `#` stays one segment; null when a segment can't be one: empty, `.`, `..` or not valid text.
 */
export function buildRequestTarget(basePath: string, request: Pick<HttpRequest, 'path' | 'query'>): string | null {
  const segments = request.path.map(encodeSegment);
  if (segments.includes(null)) return null;
  const path = [basePath.replace(/\/+$/, ''), ...segments].join('/') || '/';
  const query = encodeQuery(request.query ?? []);
  return query === null ? null : path + query;
}

function encodeSegment(segment: string): string | null {
  // Servers and proxies resolve these two, encoded or not, and would act on another target.
  if (segment === '' || segment === '.' || segment === '..') return null;
  return encodeOrNull(segment);
}

function encodeQuery(pairs: ReadonlyArray<readonly [name: string, value: string]>): string | null {
  let query = '';
  for (const [name, value] of pairs) {
    const encodedName = encodeOrNull(name);
    const encodedValue = encodeOrNull(value);
    if (encodedName === null || encodedValue === null) return null;
    query += `${query === '' ? '?' : '&'}${encodedName}=${encodedValue}`;
  }
  return query;
}

function encodeOrNull(text: string): string | null {
  try {
    return encodeURIComponent(text);
  } catch {
    return null; // half a surrogate pair has no encoding
  }
}
