import { describe, expect, test } from 'vitest';
import { configureBitrix24 } from '../../../src/providers/bitrix24/config.js';
import { lookUpTasks, taskRef } from '../../../src/providers/bitrix24/tasks.js';
import { answerOf, scriptWriter } from '../../support/answers.js';

const connected = () => configureBitrix24({ BITRIX24_API_KEY: 'vibe_api_1' }).config;
const refs = ['11', '12', '13'].map(taskRef);
const task = (id: number) => ({ id, title: `T${id}`, status: 2 });
const ok = (data: unknown, meta: object = {}) => answerOf(200, { success: true, data, meta });
const missing = answerOf(404, { success: false, error: { code: 'ENTITY_NOT_FOUND', message: 'task not found' } });

async function kindsOf(reader: ReturnType<typeof scriptWriter>, asked = refs): Promise<Record<string, string>> {
  const readings = await lookUpTasks(connected(), reader, asked);
  return Object.fromEntries(readings.map((reading) => [reading.ref.id, reading.kind]));
}

describe('one task', () => {
  test('is read by its id', async () => {
    const reader = scriptWriter(ok(task(11)));
    expect(await kindsOf(reader, refs.slice(0, 1))).toEqual({ 11: 'found' });
    expect(reader.sent).toEqual([{ method: 'GET', path: ['v1', 'tasks', '11'] }]);
  });

  test.each([
    ['404', missing],
    ['an empty list', ok([])],
    ['nothing', ok(null)],
  ])('is absent when the answer is %s', async (_case, answer) => {
    expect(await kindsOf(scriptWriter(answer), refs.slice(0, 1))).toEqual({ 11: 'absent' });
  });

  test.each([
    ['another task', ok(task(99))],
    ['no JSON', answerOf(200, '<html>')],
    ['a refusal', answerOf(403, { success: false, error: { code: 'BITRIX_ACCESS_DENIED', message: 'no' } })],
  ])('is unreadable when the answer is %s', async (_case, answer) => {
    expect(await kindsOf(scriptWriter(answer), refs.slice(0, 1))).toEqual({ 11: 'unreadable' });
  });
});

describe('several tasks', () => {
  test('are searched for at once, as the documented JSON body', async () => {
    const reader = scriptWriter(ok([task(11), { ID: '12', TITLE: 'B', STATUS: '5' }, task(13)]));
    expect(await kindsOf(reader)).toEqual({ 11: 'found', 12: 'found', 13: 'found' });
    expect(reader.sent).toEqual([
      {
        method: 'POST',
        readOnly: true,
        path: ['v1', 'tasks', 'search'],
        body: {
          filter: { id: { $in: [11, 12, 13] } },
          select: expect.arrayContaining(['id', 'title', 'status', 'tags', 'changedDate']),
          limit: 50,
          autoWindow: false,
        },
      },
    ]);
  });

  test('are fifty at most in one search', async () => {
    const many = Array.from({ length: 60 }, (_, index) => taskRef(String(index + 1)));
    const reader = scriptWriter(ok(Array.from({ length: 50 }, (_, index) => task(index + 1))));
    expect(Object.keys(await kindsOf(reader, many))).toHaveLength(50);
  });

  test('are absent when the search lacks them, without a request each', async () => {
    expect(await kindsOf(scriptWriter(ok([task(12)])))).toEqual({ 11: 'absent', 12: 'found', 13: 'absent' });
  });

  test('are all absent when the search finds none and the first is confirmed missing', async () => {
    const reader = scriptWriter(ok([]), missing);
    expect(await kindsOf(reader)).toEqual({ 11: 'absent', 12: 'absent', 13: 'absent' });
    expect(reader.sent).toHaveLength(2);
  });

  test('are all absent without that, once a search was seen to honour its filter', async () => {
    const config = connected();
    await lookUpTasks(config, scriptWriter(ok([task(12)])), refs);
    const readings = await lookUpTasks(config, scriptWriter(ok([])), refs);
    expect(readings.map((reading) => reading.kind)).toEqual(['absent', 'absent', 'absent']);
  });

  test('are not taken for absent when the search finds none and yet the first is there', async () => {
    expect(await kindsOf(scriptWriter(ok([]), ok(task(11))))).toEqual({ 11: 'found' });
  });

  test('are not taken for absent when the search brings what nobody asked for: the filter was not applied', async () => {
    const reader = scriptWriter(ok([task(12), task(900)]), missing);
    expect(await kindsOf(reader)).toEqual({ 11: 'absent', 12: 'found' });
    expect(await kindsOf(scriptWriter(ok([task(11), task(900)])))).toEqual({ 11: 'found' });
  });

  test('are not taken for absent when the search was cut short', async () => {
    const reader = scriptWriter(ok([task(12)], { truncated: true }), ok(task(11)));
    expect(await kindsOf(reader)).toEqual({ 11: 'found', 12: 'found' });
  });

  test.each([
    ['fails', answerOf(500, { success: false, error: { code: 'INTERNAL_ERROR', message: 'x' } })],
    ['is no list', ok({ tasks: [] })],
  ])('begin with the first being unreadable when the search %s', async (_case, answer) => {
    expect(await kindsOf(scriptWriter(answer))).toEqual({ 11: 'unreadable' });
  });

  test('that name one task twice are one', async () => {
    const reader = scriptWriter(ok([task(11)]));
    expect(await kindsOf(reader, [taskRef('11'), taskRef('11')])).toEqual({ 11: 'found' });
  });
});
