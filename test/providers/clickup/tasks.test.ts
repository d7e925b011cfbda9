import { describe, expect, test } from 'vitest';
import { newClickUpConfig } from '../../../src/providers/clickup/config.js';
import { lookUpTasks } from '../../../src/providers/clickup/look-up.js';
import { taskRef } from '../../../src/providers/clickup/task-ref.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectOptions } from '../../support/row-context.js';

const settings = (teamId: string | null = null) => newClickUpConfig(teamId, connectOptions);
const task = { id: '86fpd7vgc', custom_id: 'DEV-7', name: 'A', status: { status: 'open', type: 'open' } };

test('a native id goes into the path alone', async () => {
  const reader = scriptWriter(answerOf(200, task));
  const [reading] = await lookUpTasks(settings('9008'), reader, [taskRef('86fpd7vgc', undefined)]);
  expect(reading).toMatchObject({ kind: 'found', target: { id: '86fpd7vgc', customId: 'DEV-7' } });
  expect(reader.sent).toEqual([
    { method: 'GET', path: ['v2', 'task', '86fpd7vgc'], query: [['include_subtasks', 'true']] },
  ]);
});

describe('a custom id', () => {
  test.each([
    ['the settings', '9008', taskRef('DEV-7', undefined), '9008'],
    ['the row', '9008', taskRef('DEV-7', '9009'), '9009'],
    ['its address', '9008', taskRef('9010/DEV-7', '9009'), '9010'],
  ])('is looked up in the workspace of %s', async (_case, teamId, ref, expected) => {
    const reader = scriptWriter(answerOf(200, task));
    expect(await lookUpTasks(settings(teamId), reader, [ref])).toMatchObject([{ kind: 'found' }]);
    expect(reader.sent[0]).toMatchObject({
      path: ['v2', 'task', 'DEV-7'],
      query: expect.arrayContaining([
        ['custom_task_ids', 'true'],
        ['team_id', expected],
      ]),
    });
  });

  test('is another task in another workspace', () => {
    expect(taskRef('DEV-7', '9008').id).not.toBe(taskRef('DEV-7', '9009').id);
    expect(taskRef('9hx', '9008')).toEqual(taskRef('9hx', '9009'));
  });

  test('without a workspace is told by the name of the variable, before anything is sent', async () => {
    const reader = scriptWriter();
    const [reading] = await lookUpTasks(settings(), reader, [taskRef('DEV-7', undefined)]);
    expect(reading).toMatchObject({
      kind: 'unreadable',
      failure: {
        code: 'TEAM_ID_MISSING',
        scope: 'credential',
        suggestedAction: expect.stringContaining('CLICKUP_TEAM_ID'),
      },
    });
    expect(reader.sent).toEqual([]);
  });
});

test.each([
  ['a task in the trash', 404, { err: 'Task not found, deleted', ECODE: 'ITEM_013' }, 'absent', true],
  ['an id that it does not know', 401, { err: 'Team not authorized', ECODE: 'OAUTH_027' }, 'absent', false],
  ['a bad token', 401, { err: 'Token invalid', ECODE: 'OAUTH_025' }, 'unreadable', undefined],
  ['a wrong path', 404, { err: 'Route not found', ECODE: 'APP_001' }, 'unreadable', undefined],
  ['trouble', 503, undefined, 'unreadable', undefined],
  ['another task', 200, { ...task, id: '9hx' }, 'unreadable', undefined],
  ['no task', 200, {}, 'unreadable', undefined],
])('when ClickUp answers with %s', async (_case, status, body, kind, existed) => {
  const [reading] = await lookUpTasks(settings(), scriptWriter(answerOf(status, body)), [
    taskRef('86fpd7vgc', undefined),
  ]);
  expect(reading?.kind).toBe(kind);
  expect(reading?.kind === 'absent' ? reading.existed : undefined).toBe(existed);
});
