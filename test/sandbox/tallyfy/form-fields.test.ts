import { describe, expect, it } from 'vitest';
import { Api, hex, idOf, newTask, pick } from './api.js';

const options = [
  { id: 1, text: 'Red' },
  { id: 2, text: 'Blue' },
];

/** A one-off task with one field of a type, and the field's id. */
function withField(field_type: string) {
  const api = new Api();
  const columns = [
    { id: 1, label: 'A' },
    { id: 2, label: 'B' },
  ];
  const form_fields = [{ label: 'Field', field_type, required: false, options, columns }];
  const id = idOf(api.send('POST', 'tasks', newTask({ form_fields })));
  const field = String(pick(api.send('GET', `tasks/${id}?with=form_fields`), 'data', 'form_fields', 'data', 0, 'id'));
  api.effects.length = 0;
  const save = (value: unknown) => api.send('PUT', `tasks/${id}`, newTask({ taskdata: { [field]: value } }));
  return { api, id, field, save };
}

describe('values in taskdata', () => {
  it.each([
    ['text', 'x'.repeat(200)],
    ['text', 7],
    ['textarea', 'x'.repeat(30_000)],
    ['date', '2026-12-01 10:00:00'],
    ['date', '2026-12-01T10:00:00Z'],
    ['email', 'no address at all'],
    ['email', { value: 'a@example.com' }],
    ['radio', 'Red'],
    ['dropdown', { id: 1, text: 'Red' }],
    ['multiselect', [{ id: 1, text: 'Red', selected: true }]],
    ['multiselect', [{ id: 2, text: 'Blue' }]],
    ['table', ['a', 'b']],
    ['file', [{ url: 'https://example.com/a.pdf', filename: 'a.pdf', source: 'url' }]],
    ['assignees_form', { users: [1], guests: [], groups: [] }],
  ])('takes for %s: %j', (type, value) => {
    const { api, id, field, save } = withField(type);
    const answer = save(value);
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data', 'taskdata')).toEqual({ [field]: value });
    expect(pick(api.send('GET', `tasks/${id}?with=form_fields`), 'data', 'form_fields', 'data', 0)).toMatchObject({
      field_value: value,
    });
    expect(api.effects).toEqual([{ kind: 'set-fields', target: id }]);
  });

  it.each([
    ['text', 'x'.repeat(201)],
    ['text', { value: 'x' }],
    ['textarea', 7],
    ['textarea', 'x'.repeat(30_001)],
    ['date', 1_790_000_000],
    ['date', 'soon'],
    ['radio', 'Green'],
    ['radio', { id: 1, text: 'Red' }],
    ['dropdown', 'Red'],
    ['dropdown', { id: 1, text: 'red' }],
    ['dropdown', { id: 2, text: 'Red' }],
    ['multiselect', [{ id: 3, text: 'Green', selected: true }]],
    ['multiselect', 'Red'],
    ['table', ''],
    ['table', 'a,b'],
    ['table', ['a']],
    ['file', 'https://example.com/a.pdf'],
    ['file', [{ filename: 'a.pdf' }]],
    ['assignees_form', [1]],
  ])('refuses for %s: %j', (type, value) => {
    const { api, field, save } = withField(type);
    const answer = save(value);
    expect(answer.status).toBe(422);
    expect(Object.keys(pick(answer, 'errors') ?? {})).toEqual([`taskdata.${field}`]);
    expect(api.effects).toEqual([]);
  });

  it('names the columns of a table when their number is wrong', () => {
    const { field, save } = withField('table');
    expect(pick(save(['a']), 'errors', `taskdata.${field}`)).toEqual([
      'Number of columns does not match required columns',
    ]);
  });

  it.each([[''], [null]])('clears a field with %j', (empty) => {
    const { field, save } = withField('text');
    save('x');
    const answer = save(empty);
    expect(pick(answer, 'data', 'taskdata')).not.toHaveProperty(field);
  });

  it('drops unknown keys without a word', () => {
    const { api, id } = withField('text');
    const taskdata: unknown = JSON.parse(`{"${hex('e')}":"x","Field":"y","__proto__":"z"}`);
    const answer = api.send('PUT', `tasks/${id}`, newTask({ taskdata }));
    expect(answer.status).toBe(200);
    expect(pick(answer, 'data', 'taskdata')).toEqual({});
    expect(api.effects).toEqual([]);
  });

  it('saves nothing when one of several values is wrong', () => {
    const api = new Api();
    api.fill('set-fields', {
      task_id: hex('a'),
      run_id: hex('1'),
      taskdata: { [hex('1')]: 'x', [hex('2')]: '2026-12-01' },
    });
    const path = `runs/${hex('1')}/tasks/${hex('a')}`;
    expect(api.send('PUT', path, { taskdata: { [hex('1')]: 'x', [hex('2')]: 5 } }).status).toBe(422);
    expect(pick(api.send('GET', path), 'data', 'taskdata')).toEqual({});
    expect(api.send('PUT', path, { taskdata: { [hex('1')]: 'x', [hex('2')]: '2026-12-02' } }).status).toBe(200);
    expect(api.kinds()).toEqual(['set-fields']);
  });
});

describe('POST /tasks/{id}/captures', () => {
  it('saves one value by the id of its field', () => {
    const { api, id, field } = withField('text');
    expect(api.send('POST', `tasks/${id}/captures`, { id: field, value: 'x' })).toEqual({
      status: 200,
      body: { data: { id: field, value: 'x' } },
    });
    expect(api.send('POST', `tasks/${id}/captures`, { id: 'Field', value: 'x' }).status).toBe(404);
    expect(api.send('POST', `tasks/${id}/captures`, { value: 'x' }).status).toBe(422);
    expect(api.send('POST', `tasks/${id}/captures`, { id: field }).status).toBe(422);
    expect(api.kinds()).toEqual(['set-fields']);
  });
});

describe('GET /runs/{run}/form-fields', () => {
  it('lists the fields of all tasks with the task of each', () => {
    const api = new Api();
    api.fill('set-fields', { task_id: hex('a'), run_id: hex('1'), taskdata: { [hex('5')]: 'x' } });
    api.fill('set-fields', { task_id: hex('b'), run_id: hex('1'), taskdata: { City: { id: 1, text: 'Rome' } } });
    const answer = api.send('GET', `runs/${hex('1')}/form-fields`);
    expect(pick(answer, 'data', 'form_fields')).toMatchObject([
      { id: hex('5'), field_type: 'text', task_id: hex('a') },
      { label: 'City', field_type: 'dropdown', task_id: hex('b'), options: [{ id: 1, text: 'Rome' }] },
    ]);
    expect(pick(answer, 'data', 'ko_form_fields')).toEqual([]);
  });
});
