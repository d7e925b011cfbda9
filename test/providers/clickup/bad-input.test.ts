/** Bad input of rows: found without the network where that is enough, else by the plan; each with what to do next. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clickup } from '../../../src/providers/clickup/provider.js';
import { columnFacts } from '../../../src/providers/columns.js';
import { rowContext } from '../../support/row-context.js';
import { type ClickUp, failureOf, lists, openClickUp } from './workspace.js';

let click: ClickUp;
beforeAll(async () => {
  click = await openClickUp();
  click.fill('delete', { task_id: '86bad1', list_id: lists.sprint });
});
afterAll(async () => {
  await click.close();
});

describe('validation refuses', () => {
  test.each<readonly [string, string, Record<string, unknown>, string, RegExp]>([
    ['an id of Tallyfy', 'delete', { task_id: '0f8fad5bd9cb469fa16570867728950e' }, 'task_id', /those of Tallyfy/],
    ['an id of a list', 'delete', { task_id: '901000000002' }, 'task_id', /the id of a list or workspace/],
    ['an id of a task for a list', 'create', { name: 'A', list_id: '86fpd7vgc' }, 'list_id', /no list id/],
    ['a parent of Tallyfy', 'update', { task_id: 'a1', parent: '0'.repeat(31).concat('a') }, 'parent', /Tallyfy/],
    ['an address of elsewhere', 'delete', { task_id: 'https://go.tallyfy.com/x/1' }, 'task_id', /not that of a task/],
    ['a long name', 'create', { name: 'x'.repeat(2049), list_id: '1' }, 'name', /longer than 2,048 characters/],
    ['a long name of an update', 'update', { task_id: 'a1', name: 'x'.repeat(2049) }, 'name', /longer than 2,048/],
    ['a priority that is none', 'update', { task_id: 'a1', priority: 'asap' }, 'priority', /none of urgent, high/],
  ])('%s', (_case, operation, cells, column, reason) => {
    const schema = clickup.operations.find(({ name }) => name === operation)?.schema;
    const [issue] = schema?.safeParse(cells).error?.issues ?? [];
    expect(issue?.path[0]).toBe(column);
    expect(issue?.message).toMatch(reason);
    const field = schema?.shape[column];
    expect(field && columnFacts(field)?.fix).toMatch(/^[A-Z].*\.$/);
  });
});

const statuses = /no status "Nope"; it has "to do", "in progress", "complete"/;
const task_id = '86bad1';
const in_sprint = { name: 'A', list_id: lists.sprint };

describe('the plan refuses, and nothing is sent:', () => {
  test.each<readonly [string, string, Record<string, unknown>, RegExp, RegExp]>([
    ['an unknown status', 'set-status', { task_id, status: 'Nope' }, statuses, /column status/],
    ['an unknown status that completes', 'complete', { task_id, status: 'Nope' }, statuses, /column status/],
    ['an unknown status that reopens', 'reopen', { task_id, status: 'Nope' }, statuses, /column status/],
    ['an unknown status of an update', 'update', { task_id, status: 'Nope' }, statuses, /column status/],
    ['an unknown status of a new task', 'create', { ...in_sprint, status: 'Nope' }, statuses, /column status/],
    [
      'a move without a status there',
      'move',
      { task_id, to_list_id: lists.approvals },
      /"new", "review", "approved"/,
      /status/,
    ],
    [
      'an option that is none',
      'set-field',
      { task_id, field: 'Risk', value: 'huge' },
      /"huge"; it has "low", "medium", "high"/,
      /value/,
    ],
    [
      'a label that is none',
      'set-field',
      { task_id, field: 'Areas', value: 'web;tv' },
      /"tv"; it has "web", "mobile"/,
      /value/,
    ],
    [
      'an option of a new task',
      'create',
      { ...in_sprint, custom_fields: { Risk: 'huge' } },
      /"low", "medium", "high"/,
      /value/,
    ],
    [
      'a field that is none',
      'set-field',
      { task_id, field: 'Hazard', value: '1' },
      /no custom field "Hazard"; it has/,
      /name or the id/,
    ],
    [
      'nobody of that name',
      'assign',
      { task_id, assignees: 'Nobody' },
      /e-mail or the name "Nobody"/,
      /e-mail or user id/,
    ],
    [
      'nobody to assign a comment to',
      'comment',
      { task_id, comment: 'Hi', comment_assignee: 'Nobody' },
      /"Nobody"/,
      /user id/,
    ],
  ])('%s', async (_case, operation, args, message, action) => {
    const writes = click.sandbox.ledger.requests().filter(({ write }) => write).length;
    const bound = click.bind(operation, args);
    const reading = bound.target === null ? null : await click.look(bound.target);
    const prepared = await bound.prepare(click.writer, reading?.kind === 'found' ? reading.target : null);
    const expected = {
      type: 'VALIDATION',
      scope: 'row',
      message: expect.stringMatching(message),
      suggestedAction: expect.stringMatching(action),
    };
    expect(failureOf(prepared)).toMatchObject(expected);
    // The same without a look at the target before (`--look none`).
    expect(failureOf(await bound.execute(click.writer, null, {}, rowContext()))).toMatchObject(expected);
    expect(click.sandbox.ledger.requests().filter(({ write }) => write)).toHaveLength(writes);
  });

  test.each([
    'delete',
    'archive',
  ])('a number of Bitrix24 that is no task here, said when %s does not find it', async (operation) => {
    const bound = click.bind(operation, { task_id: '70001' });
    const hint = { type: 'NOT_FOUND', scope: 'row', suggestedAction: expect.stringMatching(/ids of Bitrix24/) };
    expect(await click.look(bound.target)).toMatchObject({ kind: 'absent', failure: hint });
    expect(failureOf(await bound.execute(click.writer, null, {}, rowContext()))).toMatchObject(hint);
    const other = click.bind(operation, { task_id: '86nosuch' });
    expect(await click.look(other.target)).toMatchObject({
      failure: { suggestedAction: expect.not.stringMatching(/Bitrix24/) },
    });
  });
});
