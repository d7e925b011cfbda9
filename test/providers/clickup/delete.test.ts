import { describe, expect, test } from 'vitest';
import { clickup } from '../../../src/providers/clickup/provider.js';
import type { HttpAnswer } from '../../../src/providers/http.js';
import { describeTarget } from '../../../src/providers/reading.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { connectOptions, doubtOf, rowContext } from '../../support/row-context.js';

const environment = { CLICKUP_API_TOKEN: 'pk_1_A', CLICKUP_TEAM_ID: '9008' };
const target = describeTarget({ id: '9hx', title: 'T', completed: false });
const trashed = answerOf(404, { err: 'Task not found, deleted', ECODE: 'ITEM_013' });
const unknown = answerOf(401, { err: 'Team not authorized', ECODE: 'OAUTH_027' });

function bind(taskId = '9hx') {
  const connection = clickup.connect(environment, connectOptions);
  const bound = connection.bind('delete', { task_id: taskId });
  const look = async (answer: HttpAnswer) => {
    const [reading] = await connection.lookUp(scriptWriter(answer), bound.target === null ? [] : [bound.target]);
    return reading ?? null;
  };
  return { bound, look };
}

test.each([200, 202, 204])('any 2xx with JSON or nothing is a success: %i', async (status) => {
  for (const body of [undefined, {}]) {
    const sent = await bind().bound.execute(scriptWriter(answerOf(status, body)), target, {}, rowContext());
    expect(sent).toMatchObject({ ok: true });
  }
});

test('a 2xx with something that is no JSON came from something in between: nobody knows what happened', async () => {
  const sent = await bind().bound.execute(
    scriptWriter(answerOf(200, '<html>Sign in</html>')),
    target,
    {},
    rowContext(),
  );
  expect(sent).toMatchObject({ ok: false, failure: { code: 'UNEXPECTED_ANSWER', effect: 'possible' } });
});

test('a custom id without a look goes by its workspace', async () => {
  const writer = scriptWriter(answerOf(204));
  await bind('dev-7').bound.execute(writer, null, {}, rowContext());
  expect(writer.sent).toEqual([
    {
      method: 'DELETE',
      path: ['v2', 'task', 'DEV-7'],
      query: [
        ['custom_task_ids', 'true'],
        ['team_id', '9008'],
      ],
    },
  ]);
});

test('the plan tells how many subtasks go with it', () => {
  const parent = { ...target, traces: { subtasks: 3 } };
  expect(bind().bound.predict(parent, {})).toMatchObject({
    kind: 'will-do',
    changes: [
      { field: 'task', before: 'T', after: null },
      { field: 'subtasks', before: '3', after: null },
    ],
  });
});

describe('a task that is gone', () => {
  test.each([
    [
      'in the trash, and was seen',
      trashed,
      true,
      // Not that it was there before: an attempt of ours may have brought it there.
      { ok: true, value: { outcome: 'already', message: "The task is in ClickUp's trash." } },
    ],
    [
      'in the trash, but was never seen',
      trashed,
      false,
      { ok: false, failure: { type: 'NOT_FOUND', code: 'ITEM_013' } },
    ],
    [
      'unknown, though it was seen',
      unknown,
      true,
      { ok: false, failure: { type: 'NOT_FOUND', code: 'OAUTH_027', scope: 'row' } },
    ],
    [
      'unknown, and was never seen',
      unknown,
      false,
      { ok: false, failure: { type: 'NOT_FOUND', code: 'OAUTH_027', scope: 'row' } },
    ],
  ])('%s', async (_case, answer, seen, expected) => {
    expect(await bind().bound.execute(scriptWriter(answer), seen ? target : null, {}, rowContext())).toMatchObject(
      expected,
    );
  });
});

describe('doubt', () => {
  test.each([
    ['in the trash', trashed, false, 'done'],
    ['unknown, never seen', unknown, false, 'failed'],
    ['unknown, seen before', unknown, true, 'unknown'],
    ['not readable', answerOf(503), true, 'unknown'],
    ['there', answerOf(200, { id: '9hx', name: 'T' }), true, 'not-done'],
  ])('about a task that is %s', async (_case, answer, seenBefore, expected) => {
    const { bound, look } = bind();
    const reading = await look(answer);
    expect(await bound.settle(scriptWriter(), reading, doubtOf({ attemptStartedAtMs: 0, seenBefore }))).toMatchObject({
      kind: expected,
    });
  });
});
