import type { Effect, JsonValue, SandboxAnswer, SandboxRequest } from '../../../src/sandbox/service.js';
import { defaultTallyfySettings, type TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { createTallyfyState, type TallyfyState } from '../../../src/sandbox/tallyfy/state.js';
import { createTallyfy } from '../../../src/sandbox/tallyfy.js';

export const ORG = defaultTallyfySettings.organizationId;
export const ME = 48_213;

/** A Wednesday. */
const START_MS = Date.UTC(2026, 10, 18, 9, 0, 0);

export const goodHeaders: Readonly<Record<string, string>> = {
  authorization: `Bearer ${defaultTallyfySettings.tokens[0]}`,
  accept: 'application/json',
  'x-tallyfy-client': 'APIClient',
  'content-type': 'application/json',
  host: '127.0.0.1:4010',
};

/** A request as the server hands it over, e.g. `buildRequest('GET', 'me')`. */
export function buildRequest(
  method: string,
  target: string,
  body?: unknown,
  headers: Readonly<Record<string, string | undefined>> = goodHeaders,
): SandboxRequest {
  const [path = '', query = ''] = target.split('?');
  const bodyText = body === undefined ? '' : JSON.stringify(body);
  return {
    method,
    path: path.split('/').map(decodeURIComponent),
    query: new URLSearchParams(query),
    headers,
    body: bodyText === '' ? undefined : JSON.parse(bodyText),
    bodyText,
  };
}

/** The emulated service with a clock of its own, a fixed random sequence and the list of its effects. */
export class Api {
  readonly effects: Effect[] = [];
  readonly state: TallyfyState = createTallyfyState();
  readonly service;
  nowMs = START_MS;
  #seed = 1;

  readonly context = {
    now: (): number => this.nowMs,
    random: (): number => {
      this.#seed = (this.#seed * 48_271) % 0x7fff_ffff;
      return this.#seed / 0x7fff_ffff;
    },
    effect: (effect: Effect): void => {
      this.effects.push(effect);
    },
  };

  constructor(settings: Partial<TallyfySettings> = {}) {
    this.service = createTallyfy(settings, this.state);
  }

  /** Sends a request inside the organization, e.g. `send('GET', 'tasks?per_page=5')`. */
  send(method: string, target: string, body?: unknown): SandboxAnswer {
    return this.service.handle(buildRequest(method, `organizations/${ORG}/${target}`, body), this.context);
  }

  fill(
    operation: string,
    values: Record<string, unknown>,
    more: { done?: boolean; cells?: Record<string, string> } = {},
  ) {
    const { done = false, cells = {} } = more;
    this.service.fill({ provider: 'tallyfy', operation, values, cells, done }, this.context);
  }

  kinds(): readonly string[] {
    return this.effects.map((effect) => effect.kind);
  }
}

/** Follows keys and indexes into an answer's body. */
export function pick(answer: SandboxAnswer, ...keys: readonly (string | number)[]): JsonValue | undefined {
  return pickFrom(answer.body, ...keys);
}

export function pickFrom(value: JsonValue | undefined, ...keys: readonly (string | number)[]): JsonValue | undefined {
  let current: unknown = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current === undefined ? undefined : JSON.parse(JSON.stringify(current));
}

/** The id in `data.id` of an answer. */
export function idOf(answer: SandboxAnswer): string {
  return String(pick(answer, 'data', 'id'));
}

/** A body that `POST /tasks` accepts, and `PUT /tasks/{id}` too. */
export function newTask(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    title: 'Send the invoice',
    task_type: 'task',
    owners: { users: [ME], guests: [], groups: [] },
    deadline: '2026-12-01 17:00:00',
    ...changes,
  };
}

export const HEX = /^[a-f0-9]{32}$/;

/** A made-up id. */
export function hex(digit: string): string {
  return digit.repeat(32);
}
