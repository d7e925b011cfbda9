import { isObject } from '../json.js';
import type { Redactor } from '../redact.js';

/** What is nested deeper is left out; logs are no place for it. */
const mostDepth = 8;
const mostCharacters = 10_000;

/**
 * A copy of any value in which every text went through `redact`: also the keys of objects, and messages, stacks, causes
 * and fields of errors. What JSON has no form for becomes text. Never throws.
 */
export function redactValues(value: unknown, redact: Redactor): unknown {
  return new Copier(redact).copy(value, 0);
}

class Copier {
  readonly #redact: Redactor;
  /** The objects around the one in work, so that circles end. */
  readonly #around = new Set<object>();

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value !== 'object') return this.#text(typeof value === 'function' ? '[function]' : String(value));
    if (this.#around.has(value)) return '[circular]';
    if (depth >= mostDepth) return '[deep]';
    this.#around.add(value);
    try {
      return this.#object(value, depth + 1);
    } catch {
      // A getter or a toJSON of somebody else's object.
      return '[unreadable]';
    } finally {
      this.#around.delete(value);
    }
  }

  #object(value: object, depth: number): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof URL) return this.#text(value.href);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Error) return this.#error(value, depth);
    if (Array.isArray(value)) return value.map((item) => this.copy(item, depth));
    if (value instanceof Set) return [...value].map((item) => this.copy(item, depth));
    if (value instanceof Map)
      return this.#members(
        [...value].map(([key, item]) => [String(key), item]),
        depth,
      );
    return isObject(value) ? this.#members(Object.entries(value), depth) : this.#text(String(value));
  }

  #error(error: Error, depth: number): unknown {
    const { name, message, stack, cause } = error;
    const told: [string, unknown][] = [
      ['type', name],
      ['message', message],
      ['stack', stack],
    ];
    if (cause !== undefined) told.push(['cause', cause]);
    const own = Object.entries(error).filter(([key]) => !['name', 'message', 'stack', 'cause'].includes(key));
    return this.#members([...told, ...own], depth);
  }

  /** `fromEntries` makes own properties also of names like `__proto__`. */
  #members(entries: ReadonlyArray<readonly [string, unknown]>, depth: number): unknown {
    return Object.fromEntries(entries.map(([key, item]) => [this.#text(key), this.copy(item, depth)]));
  }

  /** Redacted first: a cut through a secret would hide it from the redactor. */
  #text(text: string): string {
    const clean = this.#redact(text);
    return clean.length <= mostCharacters ? clean : `${clean.slice(0, mostCharacters)}…`;
  }
}
