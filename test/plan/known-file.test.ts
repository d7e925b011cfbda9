/** Files that were not made to be manifests: services' own exports, and our own report. */
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ManifestError } from '../../src/errors.js';
import { resolveSettings } from '../../src/job/resolve-settings.js';
import { normaliseColumnName } from '../../src/manifest/column-names.js';
import { openCheck } from '../../src/plan/check-manifest.js';
import type { CheckedRow } from '../../src/plan/checked-row.js';
import { columnNames } from '../../src/plan/column-map.js';
import { findOperation, findProvider, providers } from '../../src/providers/registry.js';

type Row = Readonly<Record<string, string>>;

/** Checks rows of the same columns as a manifest for one operation; null = for any, named by the rows. */
async function check(name: string | null, rows: readonly Row[]): Promise<readonly CheckedRow[]> {
  const [provider, operation] = name?.split('.') ?? [];
  const columns = Object.keys(rows[0] ?? {});
  const chunk = rows.map((row, index) => ({
    number: index + 1,
    line: index + 2,
    cells: columns.map((column) => row[column] ?? ''),
  }));
  const manifest = {
    format: 'csv' as const,
    columns,
    chunks: async function* () {
      yield chunk;
    },
    fingerprint: () => ({ sha256: '', bytes: 0, rows: 0 }),
  };
  const settings = resolveSettings(null, null, { provider, operation });
  const places = { when: 'when', where: '--where' };
  const pass = openCheck(manifest, { manifestName: 'm.csv', settings, providers, places, scratch: tmpdir() });
  const checked: CheckedRow[] = [];
  for await (const part of pass.rows()) checked.push(...part);
  pass.dispose();
  return checked;
}

/** The values of the only row, or what is wrong with it. */
async function valuesOf(name: string, row: Row): Promise<unknown> {
  const [checked] = await check(name, [row]);
  return checked?.args ?? checked?.reason;
}

/** The code with which the whole manifest is refused; null when it is not. */
async function codeOf(name: string | null, row: Row): Promise<string | null> {
  try {
    await check(name, [row]);
    return null;
  } catch (error) {
    return error instanceof ManifestError ? error.code : String(error);
  }
}

const clickUpRow: Row = {
  'Task ID': '86a1',
  'Task Link': 'https://app.clickup.com/t/86a1',
  'Task Type': 'Bug',
  'Task Custom ID': 'null',
  'Task Name': 'A name',
  'Task Content': 'Two\nlines',
  Status: 'in progress',
  'Date Created': '1780386072000',
  'Date Created Text': '6/2/2026, 9:41:12 am GMT+2',
  'Due Date': '1795744800000',
  'Due Date Text': '11/27/2026, 4:00:00 am GMT+2',
  'Start Date': 'null',
  'Start Date Text': '',
  'Parent ID': 'null',
  'Subtasks IDs': 'null',
  Attachments: '[]',
  Assignees: '[Ann Lee,Bob]',
  Tags: '[2026,2027]',
  Priority: 'null',
  'List Name': 'Backlog',
  'Folder Name/Path': '["A"]',
  'Space Name': 'Growth',
  'Time Estimated': '7200000',
  'Time Estimated Text': '2 h',
  Checklists: '{}',
  Comments: '[]',
  'Assigned Comments': '0',
  'Time Spent': '0',
  'Time Spent Text': '',
  'Rolled Up Time': '0',
  'Rolled Up Time Text': '',
  'Home Location ID': '901',
  'Home Location': 'Growth > A > Backlog',
  'Other Location IDs': '',
  'Other Locations': '',
};

const headersOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
  clickup: [
    Object.keys(clickUpRow),
    // Older workspace exports, and the export of a view.
    [' Task ID', ' Task Name', 'Task Content', 'Status', 'Date Created', 'Due Date Text', 'Parent ID', 'Attachments'],
    ['Task ID', 'Folder Name', 'Subtask IDs', 'Time Estimate', 'Time Estimate Text', 'Comments', 'Assigned Comments'],
    [
      ...['Task Type', 'Task ID', 'Task Name', 'Status', 'Task Content', 'Assignee', 'Priority', 'Latest Comment'],
      ...['Comment Count', 'Assigned Comment Count', 'Due Date', 'Start Date', 'Date Created', 'Date Updated'],
      ...['Date Closed', 'Date Done', 'Created By', 'Space', 'Folder', 'List', "Subtask ID's", "Subtask URL's", 'tags'],
      ...['Lists', 'Sprints', 'Linked Tasks', 'Linked Docs', 'Time Logged', 'Time Logged Rolled Up'],
      ...['Time Estimate Rolled Up', 'Points Estimate', 'Points Estimate Rolled Up', 'Effort (number)'],
    ],
  ],
  bitrix24: [
    [
      'ID',
      'Task',
      'Description',
      'Created by',
      'Responsible person',
      'Deadline',
      'Created on',
      'Modified on',
      'Status',
    ],
    ['ID', 'Priority', 'Group', 'Project', 'Tags', 'Planned duration', 'Time spent', 'Score', 'In report', 'Active'],
    ['ID', 'Aufgabe', 'Beschreibung', 'Erstellt von', 'Verantwortliche Person', 'Frist', 'Priorität', 'Tags', 'Status'],
    ['ID', 'Название', 'Описание', 'Постановщик', 'Ответственный', 'Крайний срок', 'Статус', 'Приоритет', 'Теги'],
  ],
};

describe.each(Object.entries(headersOf))("%s's export", (name, headers) => {
  const provider = findProvider(name);
  const operations = provider?.operations ?? [];

  it.each(
    operations.map((operation) => [operation.name]),
  )('no column of it looks misspelt to %s', async (operation) => {
    for (const columns of headers) {
      const row = Object.fromEntries(columns.map((column) => [column, '']));
      expect(await codeOf(`${name}.${operation}`, row)).not.toBe('MISSPELT_COLUMN');
      expect(await codeOf(null, { ...row, operation: `${name}.${operation}` })).toBeNull();
    }
  });

  it('is known by columns that mean nothing to any operation', () => {
    const known = new Set(
      operations.flatMap((entry) =>
        Object.keys(entry.schema.shape).flatMap((column) => columnNames(entry, column).map(normaliseColumnName)),
      ),
    );
    const [first] = operations;
    const marks = first?.serviceExport?.marks ?? [];
    expect(marks.filter((mark) => known.has(normaliseColumnName(mark)))).toEqual([]);
    expect(marks.length).toBeGreaterThan(10);
  });
});

describe("ClickUp's export", () => {
  it('is read in the form in which it writes: milliseconds, null, [a,b]', async () => {
    expect(await valuesOf('clickup.create', clickUpRow)).toEqual({
      name: 'A name',
      list_name: 'Backlog',
      description: 'Two\nlines',
      status: 'in progress',
      due_date: '2026-11-27T02:00:00.000Z',
      time_estimate: 7_200_000,
      assignees: ['Ann Lee', 'Bob'],
      tags: ['2026', '2027'],
    });
  });

  it.each(['complete', 'reopen'])('tells %s the present status, which is not what it asks for', async (operation) => {
    const { Status: _status, ...rest } = clickUpRow;
    const naming = { task_id: '86a1', task_name: 'A name', list_name: 'Backlog' };
    expect(await valuesOf(`clickup.${operation}`, clickUpRow)).toEqual(naming);
    // In a manifest made by hand it is the status that is asked for.
    expect(await valuesOf(`clickup.${operation}`, { 'Task ID': '86a1', Status: 'shipped' })).toEqual({
      task_id: '86a1',
      status: 'shipped',
    });
    expect(await valuesOf(`clickup.${operation}`, rest)).toEqual(naming);
  });

  it('gives the status to set-status and update, where it can be changed', async () => {
    expect(await valuesOf('clickup.set-status', clickUpRow)).toMatchObject({ status: 'in progress' });
    expect(await valuesOf('clickup.update', clickUpRow)).toMatchObject({ status: 'in progress', task_id: '86a1' });
  });

  it.each(['null', '[]'])('has nobody in assignees as %s', async (nobody) => {
    const values = await valuesOf('clickup.unassign', { ...clickUpRow, Assignees: nobody });
    expect(values).toEqual(
      nobody === '[]' ? expect.objectContaining({ assignees: [] }) : expect.objectContaining({ assignees: ['null'] }),
    );
  });
});

describe("Bitrix24's export", () => {
  const row = { ID: '7', Task: 'A', 'Created by': 'Ann', Deadline: '12/24/2026 06:00:00 pm', Description: 'x' };

  it('splits tags where it joined them, and leaves alone what it writes in a form of its own', async () => {
    expect(await valuesOf('bitrix24.update', { ...row, Tags: 'a, b c' })).toEqual({ task_id: '7', tags: ['a', 'b c'] });
  });

  it('is refused where a value of it is asked for by name but has that form', async () => {
    const settings = resolveSettings(null, null, { columns: 'deadline=Deadline' });
    expect(settings.columns).toEqual({ deadline: 'Deadline' });
    expect(await valuesOf('bitrix24.update', { ID: '7', Deadline: '24.12.2026' })).toContain('no date with a time');
  });
});

describe('a report fed back', () => {
  const row = { 'Task ID': '86a1', Comment: "'+1 from sales", _row: '1', _state: 'failed', _operation: 'delete' };

  it('loses the apostrophe that kept a cell from being run as a formula', async () => {
    expect(await valuesOf('clickup.comment', row)).toEqual({ task_id: '86a1', comment: '+1 from sales' });
    expect(await valuesOf('clickup.comment', { ...row, Comment: "'tis done" })).toMatchObject({ comment: "'tis done" });
    const { _row, _state, ...other } = row;
    expect(await valuesOf('clickup.comment', other)).toMatchObject({ comment: "'+1 from sales" });
  });
});

describe('a manifest for several operations', () => {
  const row = { operation: 'tallyfy.delete', task_id: 'a'.repeat(32), title: 'A', task_name: 'B' };

  it('may have two columns that could be one to an operation that no row asks for', async () => {
    expect(findOperation('clickup', 'create')).not.toBeNull();
    expect((await check(null, [row])).map(({ state }) => state)).toEqual(['pending']);
    await expect(check(null, [{ ...row, operation: 'clickup.create' }])).rejects.toThrow(/could both be name/);
  });
});
