import { afterEach, expect, test } from 'vitest';
import { configureBitrix24 } from '../../../src/providers/bitrix24/config.js';
import { readSubtasks } from '../../../src/providers/bitrix24/read-subtasks.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { rowContext } from '../../support/row-context.js';
import { closeAll, dialects, serve } from './kit.js';

afterEach(closeAll);

test.each(dialects)('subtasks are told at any depth, at a search for each level: %s', async (dialect) => {
  const { connection, writer, fill } = await serve(dialect);
  fill('update', false, 11, 12, 13, 14, 15);
  for (const [task_id, parent_id] of [
    ['12', '11'],
    ['13', '12'],
    ['14', '12'],
  ] as const) {
    const bound = connection.bind('update', { task_id, parent_id });
    expect(await bound.execute(writer, null, {}, rowContext())).toMatchObject({ ok: true });
  }
  const [reading] = await connection.lookUp(writer, [{ kind: 'task', id: '11' }]);
  if (reading?.kind !== 'found' || connection.readParts === null) throw new Error('not found');
  const parts = await connection.readParts(writer, writer, reading.target);
  expect(parts.ok && parts.value.map(({ id }) => id)).toEqual(['12', '13', '14']);
});

test('what is no subtask is taken for none, but fails the reading: the filter was not understood', async () => {
  const { config } = configureBitrix24({ BITRIX24_API_KEY: 'vibe_api_1' });
  const data = [{ id: 12, title: 'T', status: 2, parentId: 99 }];
  const reader = scriptWriter(answerOf(200, { success: true, data, meta: {} }));
  const parts = await readSubtasks(config, reader, reader, { id: '11' });
  expect(parts).toMatchObject({ ok: false, failure: { message: expect.stringContaining('told of task 12') } });
});
