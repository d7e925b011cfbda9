import { describe, expect, it } from 'vitest';
import { isReservedColumn, normaliseColumnName } from '../../src/manifest/column-names.js';
import { suggestName } from '../../src/manifest/suggest-name.js';

describe('normaliseColumnName', () => {
  it.each([
    ['Task ID', 'taskid'],
    ['task_id', 'taskid'],
    ['taskId', 'taskid'],
    [' TASK-ID ', 'taskid'],
    ['ｔａｓｋ\u00a0ｉｄ', 'taskid'],
    ['\uFEFFtask\u2013\u200bid', 'taskid'],
    ['Task\r\nID', 'taskid'],
    ['owners.users', 'owners.users'],
    ['Größe', 'größe'],
    ['Gro\u0308ße', 'größe'],
    ['_operation', '_operation'],
    ['__Operation_', '_operation'],
    [' - _', ''],
    ['_', ''],
  ])('%j is %j', (name, normal) => {
    expect(normaliseColumnName(name)).toBe(normal);
  });
});

describe('isReservedColumn', () => {
  it('is true for what begins with an underscore', () => {
    expect(isReservedColumn('_row')).toBe(true);
    expect(isReservedColumn('__proto__')).toBe(true);
    expect(isReservedColumn('row_')).toBe(false);
  });
});

describe('suggestName', () => {
  const known = ['task_id', 'name', 'due', 'id', 'assignee', 'owners.users'];

  it.each([
    ['Task IDs', 'task_id'],
    ['taks_id', 'task_id'],
    ['tsk_i', null],
    ['naem', 'name'],
    ['nme', 'name'],
    ['names', 'name'],
    ['date', null],
    ['duo', 'due'],
    ['ip', null],
    ['Asignee', 'assignee'],
    ['owner.user', 'owners.users'],
    ['environment', null],
    ['', null],
  ])('for %j it is %j', (unknown, suggestion) => {
    expect(suggestName(unknown, known)).toBe(suggestion);
  });

  it('is the closest, and the first of equally close ones', () => {
    expect(suggestName('assignees', ['assigned', 'assignee'])).toBe('assignee');
    expect(suggestName('lists', ['listz', 'listy'])).toBe('listz');
  });
});
