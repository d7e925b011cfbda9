import { type Bitrix24Settings, createBitrix24 } from '../../src/sandbox/bitrix24.js';
import type { Effect, SandboxAnswer, SandboxRequest } from '../../src/sandbox/service.js';

export const API_KEY = 'vibe_api_sandbox';

type Headers = Readonly<Record<string, string>>;

/** An emulator with a clock that stands still, called without a server. */
export function startBitrix24(settings: Partial<Bitrix24Settings> = {}) {
  const service = createBitrix24(settings);
  const effects: Effect[] = [];
  let nowMs = Date.UTC(2026, 7, 21, 10, 0, 0);
  const context = {
    now: () => nowMs,
    random: () => 0.5,
    effect: (effect: Effect) => {
      effects.push(effect);
    },
  };
  const vibecode = (method: string, target: string, body?: unknown, headers: Headers = {}): SandboxAnswer =>
    service.handle(buildRequest(method, `/v1${target}`, body, { 'x-api-key': API_KEY, ...headers }), context);
  const classic = (method: string, params: unknown = {}, webhook = '1/code'): SandboxAnswer =>
    service.handle(buildRequest('POST', `/rest/${webhook}/${method}`, params), context);
  return {
    service,
    context,
    effects,
    vibecode,
    classic,
    /** Creates a task by Vibecode and returns its id. */
    create(fields: Readonly<Record<string, unknown>> = {}): number {
      return idOf(vibecode('POST', '/tasks', { title: 'Task', responsibleId: 1, ...fields }));
    },
    fill(taskId: string | number, operation = 'delete', done = false, cells: Headers = {}): void {
      service.fill({ provider: 'bitrix24', operation, values: { task_id: taskId }, cells, done }, context);
    },
    advance(ms: number): void {
      nowMs += ms;
    },
    /** The kinds and targets of all effects since the last call. */
    takeEffects(): readonly string[] {
      return effects.splice(0).map(({ kind, target }) => `${kind} ${target}`);
    },
  };
}

/** A request as the server hands it over; a body makes it JSON unless the headers say otherwise. */
export function buildRequest(method: string, target: string, body?: unknown, headers: Headers = {}): SandboxRequest {
  const url = new URL(target, 'http://127.0.0.1');
  return {
    method,
    path: url.pathname.slice(1).split('/').map(decodeURIComponent),
    query: url.searchParams,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    body,
    bodyText: body === undefined ? '' : JSON.stringify(body),
  };
}

/** The value at a path of keys; undefined when the way ends. */
export function dig(value: unknown, ...keys: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === key)?.[1];
  }
  return found;
}

export function idOf(answer: SandboxAnswer): number {
  const id = dig(answer.body, 'data', 'id');
  if (typeof id !== 'number') throw new Error(`no id in ${JSON.stringify(answer)}`);
  return id;
}

/** The ids of a list or search, in its order. */
export function idsOf(answer: SandboxAnswer): readonly unknown[] {
  const data = dig(answer.body, 'data');
  if (!Array.isArray(data)) throw new Error(`no list in ${JSON.stringify(answer)}`);
  return data.map((task: unknown) => dig(task, 'id'));
}

/** `404 ENTITY_NOT_FOUND` for a failure, the status alone for a success. */
export function outcomeOf(answer: SandboxAnswer): string {
  const code = dig(answer.body, 'error', 'code') ?? dig(answer.body, 'error');
  return code === undefined ? String(answer.status) : `${answer.status} ${String(code)}`;
}
