import type { JsonValue, SandboxAnswer } from '../service.js';
import { answerData, invalid } from './answers.js';
import type { Call } from './call.js';
import { answerList, cutPage } from './paginate.js';
import { presentRun } from './run-view.js';
import { isArchived } from './state.js';
import { presentTask } from './task-view.js';

/** `GET /me`. */
export function getMe({ actor }: Call): SandboxAnswer {
  return answerData({
    id: actor.id,
    email: actor.email,
    username: actor.username,
    first_name: actor.firstName,
    last_name: actor.lastName,
    timezone: 'UTC',
  });
}

/** `GET /me/organizations`. */
export function listOrganizations(call: Call): SandboxAnswer {
  return answerList(call, [{ id: call.settings.organizationId, name: 'Sandbox', slug: 'sandbox' }], (each) => each);
}

const SEARCHABLE = ['task', 'process', 'blueprint', 'snippet', 'capture', 'step'];

/** `GET /search`: a list of its own for every kind asked for, by kind; hits of tasks do not tell their run. */
export function search(call: Call): SandboxAnswer {
  const { query } = call.request;
  const words = query.get('search')?.trim().toLowerCase() ?? '';
  if (words === '') return invalid(new Map([['search', ['The search field is required.']]]));
  const kinds = (query.get('on') ?? 'task').split(',');
  if (!kinds.every((kind) => SEARCHABLE.includes(kind))) {
    return invalid(new Map([['on', ['The selected on is invalid.']]]));
  }
  const body: { [key: string]: JsonValue } = {};
  for (const kind of kinds) {
    const page = searchKind(call, kind, words);
    if ('status' in page) return page;
    body[kind] =
      page.pagination === undefined ? { data: page.data } : { data: page.data, meta: { pagination: page.pagination } };
  }
  return { status: 200, body };
}

function searchKind(call: Call, kind: string, words: string): ReturnType<typeof cutPage> {
  const { state } = call;
  if (kind === 'task') {
    const tasks = [...state.tasks.values()].filter(
      (task) => task.title.toLowerCase().includes(words) && !isArchived(state, task),
    );
    return cutPage(call, tasks, (task) => {
      const { run_id: _runId, ...hit } = presentTask(state, task, 'listed');
      return hit;
    });
  }
  if (kind === 'process') {
    const runs = [...state.runs.values()].filter(
      (run) => run.name.toLowerCase().includes(words) && run.archivedAtMs === null,
    );
    return cutPage(call, runs, (run) => presentRun(state, run));
  }
  return cutPage(call, [], () => null);
}
