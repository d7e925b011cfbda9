/** JSON as a type, and the few readers that let answers of services be taken apart without trusting their shape. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** Narrows a value to a plain object; arrays and null are none. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows what is known to be JSON, as it comes from `JSON.parse`: only its outermost shape is in question. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value);
}

/** The own property `key`, or undefined; never reaches into the prototype. */
export function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The text at `key`; numbers become text (services differ in which ids they quote); anything else is null. */
export function textField(value: unknown, key: string): string | null {
  const found = field(value, key);
  if (typeof found === 'string') return found;
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : null;
}

/** The array at `key`; anything else is empty. */
export function listField(value: unknown, key: string): readonly unknown[] {
  const found = field(value, key);
  return Array.isArray(found) ? found : [];
}

/** A schema's output without its gaps: optional columns that were not given. */
export function toJson(data: Readonly<Record<string, unknown>>): JsonObject {
  // Most have none: a copy of every row would cost as much as checking it.
  if (isJsonObject(data) && !hasGaps(data)) return data;
  const given: unknown = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  return isJsonObject(given) ? given : {};
}

function hasGaps(data: Readonly<Record<string, unknown>>): boolean {
  for (const key in data) if (data[key] === undefined) return true;
  return false;
}

/** The same JSON without controls that drive terminals: DEL and C1, which `JSON.stringify` leaves as they are within texts. */
export function terminalSafeJson(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
