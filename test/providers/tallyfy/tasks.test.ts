import { describe, expect, test } from 'vitest';
import type { Reader } from '../../../src/providers/http.js';
import { newTallyfyConfig, type TallyfyConfig } from '../../../src/providers/tallyfy/config.js';
import { lookUpTasks } from '../../../src/providers/tallyfy/look-up-tasks.js';
import { taskRef } from '../../../src/providers/tallyfy/tasks.js';
import type { Reading, TargetRef } from '../../../src/providers/target.js';
import { readTargets } from '../../../src/run/read-target.js';
import { answerOf, scriptWriter } from '../../support/answers.js';

const organizationId = '0f6d2c84b1a94e3e9d57c3a8e42b6f10';
const run = '7c9e6679f4e64b0d9a3f1e2d3c4b5a69';
const ids = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(32));
const refs = ids.map((id) => taskRef(id, run));
const included = { form_fields: { data: [] }, threads: { data: [] }, tags: { data: [] }, run: { data: { id: run } } };
const entry = (id: string) => ({ id, title: id, run_id: run, ...included });
const page = (entries: readonly object[], current = 1, total = 1) =>
  answerOf(200, { data: entries, meta: { pagination: { current_page: current, total_pages: total } } });
const notFound = answerOf(404, { error: true, message: 'Resource not found', code: 'RESOURCE_NOT_FOUND' });

function settings(): TallyfyConfig {
  return newTallyfyConfig(organizationId);
}

/** All of {@link refs}, in as many steps as it takes. */
function readAll(config: TallyfyConfig, reader: Reader): Promise<readonly Reading[]> {
  const connection = { lookUp: (means: Reader, some: readonly TargetRef[]) => lookUpTasks(config, means, some) };
  return readTargets(refs, { connection, reader, tries: 1, random: () => 0, sleep: async () => undefined });
}

describe('one task', () => {
  test('is read by its id, with what conditions and forecasts need', async () => {
    const reader = scriptWriter(answerOf(200, { data: entry(ids[0] ?? '') }));
    const [reading] = await lookUpTasks(settings(), reader, [taskRef(ids[0] ?? '', undefined)]);
    expect(reading).toMatchObject({ kind: 'found', target: { id: ids[0] }, raw: { id: ids[0] } });
    expect(reader.sent).toEqual([
      {
        method: 'GET',
        path: ['organizations', organizationId, 'tasks', ids[0]],
        query: [['with', 'form_fields,threads,tags,run,summary,assets']],
      },
    ]);
  });

  test('is read within its run when the row names it', async () => {
    const reader = scriptWriter(notFound);
    const [reading] = await lookUpTasks(settings(), reader, refs.slice(0, 1));
    expect(reading).toMatchObject({ kind: 'absent', existed: false, failure: { code: 'RESOURCE_NOT_FOUND' } });
    expect(reader.sent[0]?.path).toEqual(['organizations', organizationId, 'runs', run, 'tasks', ids[0]]);
  });

  test.each([
    ['another task', { data: entry('f'.repeat(32)) }],
    ['no task', { data: [] }],
    ['nothing', {}],
    ['no JSON', '<html>'],
  ])('that is answered with %s is unreadable', async (_case, body) => {
    const [reading] = await lookUpTasks(settings(), scriptWriter(answerOf(200, body)), refs.slice(0, 1));
    expect(reading).toMatchObject({ kind: 'unreadable', failure: { code: 'UNEXPECTED_ANSWER', effect: 'none' } });
  });
});

describe('several tasks of a run', () => {
  test('are read from its list, page after page', async () => {
    const [a, b, c, d] = ids.map(entry);
    const reader = scriptWriter(page([a ?? {}, b ?? {}], 1, 2), page([c ?? {}, d ?? {}], 2, 2));
    const readings = await lookUpTasks(settings(), reader, refs);
    expect(readings.map((reading) => [reading.kind, reading.ref.id])).toEqual(ids.map((id) => ['found', id]));
    expect(reader.sent.map((request) => request.query?.at(-1))).toEqual([
      ['page', '1'],
      ['page', '2'],
    ]);
  });

  test('are read alone where the list lacks them: it may hide tasks, so that is no proof', async () => {
    const reader = scriptWriter(page(ids.slice(2).map(entry)), answerOf(200, { data: entry(ids[0] ?? '') }), notFound);
    const readings = await readAll(settings(), reader);
    expect(Object.fromEntries(readings.map((reading) => [reading.ref.id[0], reading.kind]))).toEqual({
      a: 'found',
      b: 'absent',
      c: 'found',
      d: 'found',
    });
  });

  test('are read alone for good when its list tells less than was asked for', async () => {
    const config = settings();
    const bare = ids.map((id) => ({ ...entry(id), tags: undefined }));
    const reader = scriptWriter(
      page(bare),
      answerOf(200, { data: entry(ids[0] ?? '') }),
      answerOf(200, { data: entry(ids[1] ?? '') }),
    );
    expect(await lookUpTasks(config, reader, refs)).toHaveLength(1);
    expect(await lookUpTasks(config, reader, refs.slice(1))).toHaveLength(1);
    expect(reader.sent.map(({ path }) => path.at(-1))).toEqual(['tasks', ids[0], ids[1]]);
  });

  test('are given up in the list after two pages without any of them, however long it claims to be', async () => {
    const pages = [1, 2].map((current) => page([entry('f'.repeat(32))], current, 1_000_000_000));
    const reader = scriptWriter(...pages, notFound, notFound, notFound, notFound);
    expect(await readAll(settings(), reader)).toHaveLength(4);
    expect(reader.sent).toHaveLength(6);
  });

  test('of which the list fails are begun with the first', async () => {
    const reader = scriptWriter(answerOf(500), answerOf(200, { data: entry(ids[0] ?? '') }));
    const readings = await lookUpTasks(settings(), reader, refs);
    expect(readings.map((reading) => reading.ref.id)).toEqual([ids[0]]);
  });

  test('of other runs are left for another time', async () => {
    const other = taskRef('e'.repeat(32), 'b'.repeat(32));
    const reader = scriptWriter(page(ids.slice(0, 3).map(entry)));
    const readings = await lookUpTasks(settings(), reader, [...refs.slice(0, 3), other]);
    expect(readings).toHaveLength(3);
  });
});
