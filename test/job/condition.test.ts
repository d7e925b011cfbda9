import { describe, expect, it } from 'vitest';
import { JobError } from '../../src/errors.js';
import { columnVariants, compileRowCondition, compileTaskCondition } from '../../src/job/condition.js';
import { parseTargetView } from '../../src/providers/target-view.js';

const columns = ['Task ID', 'Environment', 'due-date'];

describe('a condition over the row', () => {
  it.each([
    'row.environment == "test"',
    'row.Environment == "test"',
    'row.task_id == "a1"',
    'row.taskId == "a1"',
    'row.due_date == ""',
  ])('knows the columns by every usual spelling: %s', (expression) => {
    expect(compileRowCondition(expression, 'job.yaml:4', columns)(['a1', 'test', ''])).toEqual({
      ok: true,
      value: true,
    });
  });

  it('takes a missing cell as empty', () => {
    expect(compileRowCondition('row.due_date == ""', '--where', columns)(['a1'])).toEqual({ ok: true, value: true });
  });

  it('refuses a name that is no column, with the place in the expression and the known names', () => {
    const compile = () => compileRowCondition('row.envronment == "test"', 'job.yaml:4', columns);
    expect(compile).toThrow(JobError);
    expect(compile).toThrow(/No such key: envronment[\s\S]*\^/);
  });

  it.each([
    ['row.environment = "test"', 'Compare with ==, for example: row.environment == "test"'],
    ['row.environment == "test" &&', 'It ends too early: write what is missing, or close what is open.'],
    ['row.nothing_like_it == "x"', 'Known names: task_id, environment, due_date.'],
  ])('tells what to write in place of %s', (expression, fix) => {
    expect(() => compileRowCondition(expression, '--where', columns)).toThrow(expect.objectContaining({ fix }));
  });

  it('refuses what gives no true or false', () => {
    expect(() => compileRowCondition('row.environment', '--where', columns)).toThrow(/gives string, not true or false/);
  });

  it('tells a row that it cannot judge', () => {
    const verdict = compileRowCondition('int(row.environment) > 1', '--where', columns)(['a1', 'test', '']);
    expect(verdict.ok).toBe(false);
  });

  it.each([
    ['int(row.environment) == 0', { ok: false, message: 'int() type error: cannot convert to int' }],
    ['int(row.environment.trim()) == 0', { ok: false, message: 'int() type error: cannot convert to int' }],
    ['int(row["environment"]) + int(row.due_date) == 7', { ok: false, message: expect.stringContaining('int()') }],
    ['row.environment != "" && int(row.environment) == 0', { ok: true, value: false }],
    ['int(row.due_date) == 7 && int(double(row.due_date)) == 7', { ok: true, value: true }],
    ['int(string(int(row.due_date))) == 7', { ok: true, value: true }],
  ])('an empty cell is no 0: %s', (expression, verdict) => {
    expect(compileRowCondition(expression, '--where', columns)(['a1', '', '7'])).toEqual(verdict);
  });

  it('does not stumble over hostile column names', () => {
    const hostile = ['__proto__', 'constructor', 'a b', '1', ''];
    expect(compileRowCondition('row.a_b == "x"', '--where', hostile)(['', '', 'x', '', ''])).toEqual({
      ok: true,
      value: true,
    });
  });
});

describe('a condition over the live task', () => {
  const task = parseTargetView({ id: '1', title: '[test] Login', tags: ['qa'] });

  it('sees the task by the names common to all services', () => {
    const condition = compileTaskCondition(
      'task.name.startsWith("[test]") && "qa" in task.tags && !task.completed',
      'job.yaml:5',
    );
    expect(condition(task)).toEqual({ ok: true, value: true });
  });

  it.each([
    'task.due < "2026-06-01"',
    'task.due > "2026-06-01"',
    'task.tags.size() > 0 && "2026-06-01" >= task.due',
    '!(task.created > "2026-06-01")',
    'task["due"] < "2026-06-01"',
    'task . due < "2026-06-01" && task.name != "task.due == \'\'"',
  ])('can not judge by a time that the task does not have: %s', (expression) => {
    expect(compileTaskCondition(expression, 'job.yaml:5')(task)).toEqual({
      ok: false,
      message: expect.stringMatching(
        /^task\.(due|created) is empty, and it is compared with a time; say what is meant/,
      ),
    });
  });

  it.each([
    ['task.due != "" && task.due < "2026-06-01"', false],
    ['task.due == "" || task.due < "2026-06-01"', true],
    ["'' == task.due || task.due < '2026-06-01'", true],
    ['size(task.due) > 0 && task.due < "2026-06-01"', false],
    ['task["due"] != "" && task.due < "2026-06-01"', false],
    ['task.due.size() > 0 && task.due < "2026-06-01"', false],
    ['task.name == "Other" && task.due < "2026-06-01"', false],
    ['task.due.startsWith("2026")', false],
  ])('judges where it says what is meant then, or does not hang on it: %s', (expression, value) => {
    expect(compileTaskCondition(expression, 'job.yaml:5')(task)).toEqual({ ok: true, value });
  });

  describe('on the times of a task', () => {
    const updated = '2026-09-01T08:00:00.500Z';
    const dated = parseTargetView({ id: '1', title: 'One', updated, created: updated });
    const judge = (expression: string) => compileTaskCondition(expression, 'job.yaml:5')(dated);

    it.each([
      ['task.updated < "2026-09-02"', true],
      ['task.updated < "2026-09-01T08:00:01Z"', true],
      ['task.updated > "2026-09-01T08:00:00Z"', true],
      ['task.updated > "2026-09-01T10:00:00+02:00"', true],
      ['task.updated > "2026-09-01T08:01"', false],
      ['task.updated == "2026-09-01T10:00:00.5+02:00"', true],
      ["'2026-09' <= task['updated'] && task.updated < '2027'", true],
      ['task.updated >= (task.archived ? "2027-01-01" : "2026-01-01")', true],
      ['task.updated == task.created', true],
      ['task.updated.startsWith("2026-0")', true],
    ])('compares them as times: %s', (expression, value) => {
      expect(judge(expression)).toEqual({ ok: true, value });
    });

    it.each([
      ['task.updated < "2026-9-1"', /task\.updated is compared with "2026-9-1", which is no time\./],
      ['task.name != "" && "31.10.2026" > task.due', /task\.due is compared with "31\.10\.2026"/],
      ['task["created"] > "30 days ago"', /task\.created is compared with "30 days ago"/],
      ['task.created < "2026-02-30"', /which is no time/],
      ['task.created < "2026-09-01 08:00"', /which is no time/],
      ['task.created < ("2026-" + "9-1")', /which is no time/],
      ['task.created < (task.archived ? "" : "soon")', /compared with "soon"/],
      ['task.due == "2026-09-01"', /a time of the day, which never equals "2026-09-01"/],
      ['task.due.startsWith("2026-9")', /never begins with "2026-9"/],
    ])('refuses what only looks like one, which nothing or everything would be before: %s', (expression, message) => {
      expect(() => judge(expression)).toThrow(message);
      expect(() => judge(expression)).toThrow(/\^$/m);
    });
  });

  it('refuses a name that tasks do not have', () => {
    expect(() => compileTaskCondition('task.nmae == ""', 'job.yaml:5')).toThrow(/No such key: nmae/);
  });
});

describe('the spellings of a column', () => {
  it('are snake case, camel case, squashed and as written', () => {
    expect(columnVariants('Task ID')).toEqual(['task_id', 'taskId', 'taskID', 'taskid', 'Task ID']);
  });
});
