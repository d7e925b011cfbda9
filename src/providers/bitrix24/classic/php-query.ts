import type { JsonObject, JsonValue } from '../../../json.js';

/**
 * Parameters in the form that PHP takes apart again: `{a: {B: [1, 2]}}` is `a[B][0]=1&a[B][1]=2`, in the order of the
 * keys. Null where this form can't tell the same: it has no empty lists, no null and no booleans.
 */
export function toPhpQuery(params: JsonObject): string | null {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (!collect(encodeURIComponent(name), value, pairs)) return null;
  }
  return pairs.join('&');
}

function collect(name: string, value: JsonValue, pairs: string[]): boolean {
  if (typeof value === 'string' || typeof value === 'number') {
    const encoded = encodeOrNull(String(value));
    if (encoded === null) return false;
    pairs.push(`${name}=${encoded}`);
    return true;
  }
  if (value === null || typeof value === 'boolean') return false;
  const parts = Object.entries(value);
  return parts.length > 0 && parts.every(([key, part]) => collect(`${name}[${encodeURIComponent(key)}]`, part, pairs));
}

function encodeOrNull(text: string): string | null {
  try {
    return encodeURIComponent(text);
  } catch {
    return null; // half a surrogate pair has no encoding
  }
}
