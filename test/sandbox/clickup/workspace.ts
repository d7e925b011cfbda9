import { createClickUp } from '../../../src/sandbox/clickup.js';
import { hostServices, type Sandbox } from '../../../src/sandbox/host.js';
import type { SandboxRow } from '../../../src/sandbox/service.js';

/** The emulator behind a real server, and a way to call it as a client would. */
export interface Workspace {
  readonly sandbox: Sandbox;
  readonly teamId: string;
  readonly token: string;
  /** Moves the clock. */
  setNow(ms: number): void;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Creates a task in a list (default `lists.sprint`) and returns it as answered. */
  create(fields: Record<string, unknown>, list?: string): Promise<Record<string, unknown> & { id: string }>;
  get(id: string): Promise<Answer>;
  /** `kind target` of every effect so far. */
  effects(): readonly string[];
  inspect(id: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export const lists = {
  sprint: '901000000001',
  backlog: '901000000002',
  inbox: '901000000004',
  checklists: '901000000005',
  approvals: '901000000007',
} as const;
export const spaces = { engineering: '90120000001', operations: '90120000002' } as const;
export const folders = { sprints: '90130000001', onboarding: '90130000002' } as const;
export const startMs = 1_800_000_000_000;
export const notAuthorized = { status: 401, body: { err: 'Team not authorized', ECODE: 'OAUTH_027' } };
export const trashed = { status: 404, body: { err: 'Task not found, deleted', ECODE: 'ITEM_013' } };

export async function openWorkspace(): Promise<Workspace> {
  let nowMs = startMs;
  const sandbox = await hostServices([createClickUp], { limit: null, now: () => nowMs });
  const { CLICKUP_BASE_URL: base, CLICKUP_API_TOKEN: token = '', CLICKUP_TEAM_ID: teamId = '' } = sandbox.environment;
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: token, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
    const read: unknown = isJson ? JSON.parse(text) : text;
    return { status: answer.status, body: read, headers: answer.headers };
  };
  return {
    sandbox,
    teamId,
    token,
    setNow: (ms) => {
      nowMs = ms;
    },
    call,
    create: async (fields, list = lists.sprint) => {
      const { status, body } = await call('POST', `/v2/list/${list}/task`, fields);
      if (status !== 200 || !isTask(body)) throw new Error(`The task was not created: ${JSON.stringify(body)}`);
      return body;
    },
    get: (id) => call('GET', `/v2/task/${id}`),
    effects: () => sandbox.ledger.effects().map(({ kind, target }) => `${kind} ${target}`),
    inspect: async (id) => (await fetch(`${sandbox.origin}/_sandbox/inspect/clickup/${id}`)).json(),
    close: () => sandbox.close(),
  };
}

export function rowOf(operation: string, values: Record<string, unknown>, extra: Partial<SandboxRow> = {}): SandboxRow {
  return { provider: 'clickup', operation, values, cells: {}, done: false, ...extra };
}

function isTask(value: unknown): value is Record<string, unknown> & { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
