/** Every operation, query and look-up once with all that it can send, and what the sandbox answers. */
import type { HttpOutcome, HttpRequest, ReadRequest, WriteRequest, Writer } from '../../../src/providers/http.js';
import type { Exchange } from '../../contract/openapi-document.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { failureOf, lists, openClickUp } from './workspace.js';

const everything = {
  description: 'Text',
  status: 'in progress',
  priority: 'urgent',
  due_date: '2026-12-24',
  start_date: '2026-12-01T10:00:00Z',
  time_estimate: 60_000,
  points: 1.5,
  custom_item_id: 1,
};

const fields = {
  Website: 'https://a.example',
  'Contact mail': 'a@example.com',
  'Contact phone': '+49 30 1',
  Notes: 'Long text',
  Environment: 'staging',
  Effort: '1.5',
  Budget: '2',
  'Review date': '2026-12-24',
  Risk: 'low',
  Areas: 'web;mobile',
  'Related tasks': 'other1',
  Reviewers: 'Ada Tester',
  Rating: '2',
  Progress: '20',
  Site: '1, 2, Somewhere',
};

/** Rows in order; the name of an operation and its values, without the task. */
const rows: ReadonlyArray<readonly [operation: string, values: Record<string, unknown>]> = [
  [
    'create',
    {
      name: 'A',
      list_name: 'Sprint 1',
      ...everything,
      assignees: 'Ada Tester',
      tags: 'a;b',
      notify_all: true,
      check_required_custom_fields: false,
      custom_fields: fields,
    },
  ],
  ['create', { name: 'B', list_id: lists.sprint, markdown_content: '**B**', parent: 'other1' }],
  ['update', { name: 'New', ...everything }],
  ['update', { markdown_content: '**New**' }],
  ['complete', {}],
  ['reopen', {}],
  ['set-status', { status: 'in progress' }],
  ['archive', {}],
  ['unarchive', {}],
  ['delete', {}],
  ['add-tag', { tag: 'x' }],
  ['remove-tag', { tag: 'x' }],
  ['assign', { assignees: 'Ada Tester' }],
  ['unassign', { assignees: '81234568' }],
  ['comment', { comment: 'Hi', comment_assignee: 'Ada Tester', notify_all: true }],
  ['delete-comment', { comment_id: '90110200841741' }],
  ...Object.entries({ ...fields, Approve: 'true' }).map(([field, value]) => ['set-field', { field, value }] as const),
  ['move', { to_list_name: 'Approvals', status: 'review', move_custom_fields: true }],
];

export async function collectExchanges(): Promise<{ exchanges: readonly Exchange[]; operations: ReadonlySet<string> }> {
  const click = await openClickUp({ allowNameSearch: true });
  const exchanges: Exchange[] = [];
  const operations = new Set<string>();
  const note = (request: HttpRequest, outcome: HttpOutcome): HttpOutcome => {
    if (outcome.kind === 'answer') exchanges.push({ request, answer: outcome });
    return outcome;
  };
  const writer: Writer = {
    read: async (request: ReadRequest) => note(request, await click.writer.read(request)),
    write: async (request: WriteRequest) => note(request, await click.writer.write(request)),
  };
  const send = async (operation: string, args: Record<string, unknown>): Promise<void> => {
    const bound = click.bind(operation, args);
    const reading = bound.target === null ? null : await click.look(bound.target, writer);
    const target = reading?.kind === 'found' ? reading.target : null;
    const prepared = await bound.prepare(writer, target);
    if (!prepared.ok) throw new Error(`${operation}: ${prepared.failure.message}`);
    const sent = await bound.execute(writer, target, prepared.value, rowContext());
    if (!sent.ok) throw new Error(`${operation}: ${sent.failure.message}`);
    const after = bound.target === null ? null : await click.look(bound.target, writer);
    await bound.settle(writer, after, doubtOf());
    operations.add(operation);
  };

  click.fill('delete', { task_id: 'other1', list_id: lists.sprint });
  await click.connection.identify(writer);
  for (const [n, [operation, values]] of rows.entries()) {
    const task_id = `row${n}`;
    if (operation !== 'create') click.fill(operation, { ...values, task_id, list_id: lists.sprint }, `Row ${n}`);
    await send(operation, operation === 'create' ? values : { ...values, task_id });
    // Once more, on what the first left behind.
    if (operation === 'update')
      await send('update', {
        task_id,
        parent: 'other1',
        clear: 'description;priority;due_date;start_date;time_estimate;points',
      });
    if (operation === 'set-field') await send('set-field', { field: values.field, clear: true, task_id });
  }
  click.fill('delete', { task_id: 'DEV-7', list_id: lists.sprint }, 'By name');
  await send('add-tag', { task_id: 'DEV-7', tag: 'y' });
  await send('add-tag', { task_name: 'By name', list_name: 'sprint 1', tag: 'z' });
  await send('add-tag', { task_name: 'By name', tag: 'z2' });
  await refuse();
  await readPages();
  await click.close();
  return { exchanges, operations };

  /** Refusals: an unknown id, one in the trash, a status that is not there. */
  async function refuse(): Promise<void> {
    click.fill('delete', { task_id: 'gone1' }, 'Gone', true);
    for (const task_id of ['nosuch1', 'gone1']) {
      failureOf(await click.bind('archive', { task_id }).execute(writer, null, {}, rowContext()));
    }
    await click.bind('complete', { task_id: 'other1' }).execute(writer, null, { status: 'Nope' }, rowContext());
  }

  async function readPages(): Promise<void> {
    const filters = {
      status: 'to do;complete',
      tag: 'a',
      assignee: '81234568',
      'include-closed': 'yes',
      subtasks: 'yes',
      'created-after': '2020-01-01',
      'created-before': '2100-01-01',
      'updated-after': '2020-01-01',
      'updated-before': '2100-01-01',
      'due-after': '2020-01-01',
      'due-before': '2100-01-01',
      'done-after': '2020-01-01',
      'done-before': '2100-01-01',
    };
    const places = [
      { 'list-id': lists.sprint, archived: 'yes' },
      { 'list-id': lists.sprint },
      { 'folder-id': '90130000001', 'space-id': '90120000001', parent: 'other1' },
      { 'team-id': '9010000001' },
    ];
    for (const place of places) {
      for (const values of [place, { ...filters, ...place }]) {
        for await (const page of click.connection.pages?.(writer, values) ?? []) {
          if (!page.ok) throw new Error(page.failure.message);
        }
      }
    }
  }
}
