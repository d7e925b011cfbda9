import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { hex, runId, type Started, startTallyfy } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(settings: Partial<TallyfySettings> = {}): Promise<Started> {
  const it = await startTallyfy(settings);
  open.push(it);
  return it;
}

async function readAll(it: Started, values: Readonly<Record<string, string>>): Promise<string[]> {
  const titles: string[] = [];
  for await (const page of it.connection.pages?.(it.writer, values) ?? []) {
    if (!page.ok) throw new Error(page.failure.message);
    titles.push(...page.value.map((task) => task.id));
  }
  return titles;
}

function fillRun(it: Started, count: number): string[] {
  const ids = Array.from({ length: count }, (_none, n) => n.toString(16).padStart(32, '0'));
  for (const id of ids) it.task({ id, inRun: true });
  return ids;
}

test.each([
  'natural',
  'object',
  'null',
  'absent',
] as const)('reads a run page after page, with links of the shape "%s"', async (paginationLinks) => {
  const it = await start({ paginationLinks });
  const ids = fillRun(it, 230);
  expect(await readAll(it, { 'run-id': runId })).toEqual(ids);
  expect(it.answers).toHaveLength(3);
});

test('filters where Tallyfy does', async () => {
  const it = await start();
  fillRun(it, 3);
  it.task({ id: hex('d'), change: (task) => Object.assign(task, { owners: { users: [5], guests: [], groups: [] } }) });
  it.task({ id: hex('e'), change: (task) => Object.assign(task, { completedAtMs: 1, status: 'completed' }) });
  it.task({ id: hex('f'), change: (task) => Object.assign(task, { archivedAtMs: 1 }) });
  expect(await readAll(it, { 'is-oneoff': 'true', status: 'active' })).toEqual([hex('d')]);
  expect(await readAll(it, { status: 'complete' })).toEqual([hex('e')]);
  expect(await readAll(it, { owners: '5' })).toEqual([hex('d')]);
  expect(await readAll(it, { archived: 'only' })).toEqual([hex('f')]);
  expect(await readAll(it, { 'run-id': runId, unassigned: 'true' })).toEqual([]);
});

test('sends filters under their own names', async () => {
  const it = await start();
  const reader = scriptWriter(answerOf(200, { data: [] }));
  const values = {
    'run-id': runId.toUpperCase(),
    'deadline-before': '2026-12-01',
    owners: '5; 6',
    status: 'not-started',
  };
  for await (const _page of it.connection.pages?.(reader, values) ?? []);
  expect(reader.sent[0]).toMatchObject({
    path: ['organizations', expect.anything(), 'runs', runId, 'tasks'],
    query: expect.arrayContaining([
      ['deadline_before', '2026-12-01'],
      ['owners', '5,6'],
      ['status', 'not-started'],
    ]),
  });
});

describe('a value that Tallyfy refuses or ignores is refused before anything is read', () => {
  test.each<readonly [Record<string, string>, RegExp]>([
    [{ updated_since: '2026-01-01' }, /ignored by Tallyfy/],
    [{ 'created-since': '2026-01-01' }, /ignored by Tallyfy/],
    [{ 'run-id': runId, status: 'auto-skipped' }, /not taken as a filter/],
    [{ status: 'not-started' }, /is none of active/],
    [{ status: 'open' }, /is none of/],
    [{ 'run-id': 'abc' }, /characters/],
    [{ 'run-id': runId, tag: 'x' }, /not a filter of the tasks of a run/],
    [{ 'run-id': runId, archived: 'only' }, /not a filter of the tasks of a run/],
    [{ owners: 'ann' }, /no number of a member/],
    [{ guests: 'ann' }, /no e-mail/],
    [{ archived: 'yes' }, /none of true, only/],
    [{ unassigned: 'false' }, /none of true/],
    [{ 'deadline-after': '2026-02-30' }, /no day/],
    [{ created: '2026-01-01:soon' }, /neither a day/],
    [{ constructor: 'x' }, /is not a filter/],
  ])('%j', async (values, message) => {
    const it = await start();
    expect(() => it.connection.pages?.(it.writer, values)).toThrow(UsageError);
    expect(() => it.connection.pages?.(it.writer, values)).toThrow(message);
    expect(it.answers).toEqual([]);
  });
});

test.each([
  ['a failure', answerOf(503, '')],
  [
    'a page that was not asked for',
    answerOf(200, { data: [], meta: { pagination: { current_page: 9, total_pages: 9 } } }),
  ],
  ['a web page', answerOf(200, '<html>')],
  ['something that is no task', answerOf(200, { data: [7] })],
])('%s ends the pages as a failure', async (_case, answer) => {
  const it = await start();
  const pages = [];
  for await (const page of it.connection.pages?.(scriptWriter(answer), { 'run-id': runId }) ?? []) pages.push(page.ok);
  expect(pages).toEqual([false]);
});

test('only parameters that name a part of the organization keep a query from meaning everything', () => {
  const scopes = tallyfy.queryParameters.filter(({ scope }) => scope).map(({ name }) => name);
  expect(scopes).toEqual(['run-id', 'q', 'owners', 'guests', 'groups', 'tag', 'folder']);
});
