import { describe, expect, it } from 'vitest';
import { compileTaskGuard } from '../../src/job/task-guard.js';
import { viewTask } from '../../src/providers/clickup/task-view.js';

const shown = viewTask({
  id: '86one',
  name: 'Shared',
  list: { id: '1', name: 'Backlog' },
  locations: [
    { id: '1', name: 'Backlog' },
    { id: '2', name: 'Production' },
  ],
});

describe('a rule that asks for the list of a task that several lists show', () => {
  it.each([
    ['never: one of them is forbidden', { only: null, never: 'task.list == "Production"' }, 'NEVER'],
    ['never: by the words for its place', { only: null, never: 'task.place.contains("Production")' }, 'NEVER'],
    ['only: one of them is another', { only: 'task.list == "Backlog"', never: null }, 'ONLY'],
    ['only: by all of them', { only: '"Backlog" in task.lists && "Production" in task.lists', never: null }, null],
    ['never: none of them', { only: null, never: 'task.list == "Sprint"' }, null],
  ])('is asked of each: %s', (_case, rules, code) => {
    if (shown === null) throw new Error('no task');
    expect(compileTaskGuard({ job: 'job.yaml', ...rules })?.(shown)?.code ?? null).toBe(code);
  });
});
