import { describe, expect, it } from 'vitest';
import { checkRow } from '../../src/plan/check-row.js';
import { mapColumns } from '../../src/plan/column-map.js';
import { findOperation, providers } from '../../src/providers/registry.js';

const idOf = (key: string) => `\${row:${key}.id}`;

function check(operation: string, cells: Readonly<Record<string, string>>) {
  const [provider = '', name = ''] = operation.split('.');
  const entry = findOperation(provider, name);
  if (entry === null) throw new Error(`no operation ${operation}`);
  return checkRow(mapColumns(entry, Object.keys(cells), {}), Object.values(cells), 3, 4);
}

function referencesOf(operation: string, cells: Readonly<Record<string, string>>) {
  const checked = check(operation, cells);
  if (!checked.ok) throw new Error(checked.problems.map(({ reason }) => reason).join('; '));
  if (checked.references === null) throw new Error('it takes nothing');
  return checked.references;
}

function reasonsOf(operation: string, cells: Readonly<Record<string, string>>): string[] {
  const checked = check(operation, cells);
  return checked.ok ? [] : checked.problems.map(({ column, reason }) => `${column} ${reason}`);
}

describe('a row that takes an id', () => {
  it('keeps its cells as they are written, and says whom it needs', () => {
    const references = referencesOf('clickup.comment', {
      task_id: idOf('a'),
      comment: `For ${idOf('b')}, ${idOf('a')}`,
    });
    expect(references).toMatchObject({
      template: { task_id: idOf('a'), comment: `For ${idOf('b')}, ${idOf('a')}` },
      needs: [
        { key: 'a', column: 'task_id', takesId: true },
        { key: 'b', column: 'comment', takesId: true },
      ],
    });
  });

  it.each([
    ['clickup.complete', { task_id: idOf('a') }, `clickup:${idOf('a')}`],
    ['clickup.complete', { task_id: `https://app.clickup.com/t/${idOf('a')}` }, `clickup:${idOf('a')}`],
    ['tallyfy.complete', { task_id: idOf('a') }, `tallyfy:${idOf('a')}`],
    ['tallyfy.archive-run', { run_id: idOf('a') }, `tallyfy:run:${idOf('a')}`],
    ['bitrix24.complete', { task_id: idOf('a') }, `bitrix24:${idOf('a')}`],
    ['clickup.comment', { task_id: '86abc', comment: idOf('a') }, 'clickup:86abc'],
    ['bitrix24.update', { task_id: '12', parent_id: idOf('a') }, 'bitrix24:12'],
    ['clickup.create', { list_id: '901', name: 'One', parent: idOf('a') }, null],
  ])('%s has the target %o', (operation, cells, target) => {
    expect(referencesOf(operation, cells).target).toBe(target);
  });

  it.each([
    ['clickup.comment', { task_id: '86abc', comment: idOf('a') }, true],
    ['tallyfy.complete', { task_id: 'c'.repeat(32), run_id: idOf('a') }, false],
    ['clickup.comment', { task_id: idOf('a'), comment: 'Hi' }, false],
    ['clickup.create', { list_id: '901', name: 'One', parent: idOf('a') }, false],
  ])('%s names its target with %o: %s', (operation, cells, names) => {
    expect(referencesOf(operation, cells).namesTarget).toBe(names);
  });

  it('has the same content as another only with the same references in the same cells', () => {
    const content = (text: string) => referencesOf('clickup.comment', { task_id: idOf('a'), comment: text }).content;
    expect(content(`Hi ${idOf('b')}`)).toBe(content(`Hi ${idOf('b')}`));
    expect(content(`Hi ${idOf('b')}`)).not.toBe(content(`Hi ${idOf('c')}`));
    expect(content(`Hi ${idOf('b')}`)).not.toBe(content(`Ho ${idOf('b')}`));
  });

  it('has its other cells checked at once', () => {
    const cells = { task_id: idOf('a'), due_date: 'soon', priority: 'extreme', name: 'New' };
    expect(reasonsOf('clickup.update', cells).map((text) => text.split(' ')[0])).toEqual(['due_date', 'priority']);
    expect(reasonsOf('clickup.update', { ...cells, task_id: `\${row:a}` })).toHaveLength(3);
    expect(reasonsOf('clickup.comment', { task_id: idOf('a'), comment: '' })[0]).toMatch(/^comment is empty/);
  });

  it('may do so in a list, in JSON and in a dotted column', () => {
    expect(
      referencesOf('tallyfy.create', {
        title: 'One',
        'owners.users': idOf('o'),
        deadline: '2026-12-01 17:00:00',
        tags: `5d41402abc4b2a76b9719d911017c592;${idOf('t')}`,
      }).needs.map(({ key }) => key),
    ).toEqual(['o', 't']);
    const fields = `{"Link":"${idOf('a')}"}`;
    expect(referencesOf('tallyfy.set-fields', { task_id: 'a'.repeat(32), fields }).template.fields).toBe(fields);
  });

  it.each([
    'clickup.delete',
    'tallyfy.delete',
    'bitrix24.delete',
  ])('is refused where %s could not be taken back', (name) => {
    expect(reasonsOf(name, { task_id: idOf('a') })).toEqual([expect.stringContaining('delete is irreversible')]);
  });

  it('is an ordinary row when the text is only meant as such', () => {
    const cells = { task_id: '86abc', comment: `Write $${idOf('a')}` };
    expect(check('clickup.comment', cells)).toMatchObject({
      ok: true,
      args: { comment: `Write ${idOf('a')}` },
      references: null,
    });
  });
});

it('takes ids from operations that say what they make', () => {
  const makers = providers.flatMap(({ operations }) => operations).filter(({ makes }) => makes !== null);
  expect(makers.map(({ provider, name, makes }) => `${provider}.${name} ${makes}`).sort()).toEqual([
    'bitrix24.comment comment',
    'bitrix24.create task',
    'clickup.comment comment',
    'clickup.create task',
    'tallyfy.comment comment',
    'tallyfy.create task',
    'tallyfy.report-problem problem',
  ]);
});
