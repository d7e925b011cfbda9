import type { SandboxRequest } from '../service.js';
import { classicMethodOf, readClassicParams, readCommand } from './classic-params.js';
import { isRecord } from './values.js';

const WRITE_ACTIONS: ReadonlySet<unknown> = new Set(['create', 'update', 'delete']);
const READ_POSTS: ReadonlySet<string | undefined> = new Set(['search', 'aggregate']);
/** `tasks.task.…` of the classic REST that change nothing; everything else is taken for a write. */
const CLASSIC_READS: ReadonlySet<string> = new Set([
  'tasks.task.get',
  'tasks.task.list',
  'tasks.task.getfields',
  'tasks.task.getaccess',
  'task.commentitem.getlist',
  'task.commentitem.get',
]);

/** Whether a request may change something; a batch does when one of its calls does. */
export function isWrite(request: SandboxRequest): boolean {
  const [family, resource, name] = request.path;
  if (family === 'rest') return isClassicWrite(request);
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  if (request.method !== 'POST') return true;
  if (resource === 'batch') return listOf(request.body, 'calls').some(hasWriteAction);
  if (resource !== 'tasks' || request.path.length !== 3) return true;
  return name === 'batch' ? hasWriteAction(request.body) : !READ_POSTS.has(name);
}

function hasWriteAction(call: unknown): boolean {
  return isRecord(call) && WRITE_ACTIONS.has(call.action);
}

function isClassicWrite(request: SandboxRequest): boolean {
  const method = classicMethodOf(request.path);
  if (method !== 'batch') return !CLASSIC_READS.has(method);
  const { cmd } = readClassicParams(request);
  if (typeof cmd !== 'object' || cmd === null) return false;
  return Object.values(cmd).some((command) => !CLASSIC_READS.has(readCommand(command).method));
}

function listOf(body: unknown, name: string): readonly unknown[] {
  const list = isRecord(body) ? body[name] : null;
  return Array.isArray(list) ? list : [];
}
