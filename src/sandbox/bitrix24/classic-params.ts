import type { SandboxRequest } from '../service.js';
import { parseNested } from './parse-nested.js';
import { isRecord } from './values.js';

export type ClassicParams = Readonly<Record<string, unknown>>;

/** `['rest', '1', 'code', 'tasks.task.get.json']` -> `tasks.task.get`; methods are read in any case. */
export function classicMethodOf(path: readonly string[]): string {
  return normalizeMethod(path[3] ?? '');
}

export function normalizeMethod(name: string): string {
  return name.toLowerCase().replace(/\.json$/, '');
}

/** Parameters come in the body, as JSON or as a form, or in the query; the body's win. */
export function readClassicParams({ query, body, bodyText, headers }: SandboxRequest): ClassicParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const inBody = isForm ? parseNested(new URLSearchParams(bodyText)) : isRecord(body) ? body : {};
  return query.size === 0 ? inBody : { ...parseNested(query), ...inBody };
}

/** A batch's command: `tasks.task.get?taskId=5`. */
export function readCommand(command: unknown): { readonly method: string; readonly params: ClassicParams } {
  const text = typeof command === 'string' ? command : '';
  const mark = text.indexOf('?');
  if (mark === -1) return { method: normalizeMethod(text), params: {} };
  const params = parseNested(new URLSearchParams(text.slice(mark + 1)));
  return { method: normalizeMethod(text.slice(0, mark)), params };
}
