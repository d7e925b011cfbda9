import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json.js';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import type { FieldType, FormField, Task } from '../../../src/sandbox/tallyfy/state.js';
import { answerOf, scriptWriter } from '../../support/answers.js';
import { doubtOf, rowContext } from '../../support/row-context.js';
import { at, formField, hex, type Started, startTallyfy, taskId } from './kit.js';

const open: Started[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

const sizes = [
  { id: 1, text: 'Small' },
  { id: 2, text: 'Large, with lid' },
];

/** A task with the fields, each known by a digit. */
async function start(fields: readonly FormField[], change: (task: Task) => void = () => undefined, inRun = true) {
  const it = await startTallyfy();
  open.push(it);
  const task = it.task({
    inRun,
    change: (held) => {
      held.fields = fields;
      change(held);
    },
  });
  return { ...it, task };
}

const one = (fieldType: FieldType, facts: Partial<FormField> = {}) =>
  formField({ id: hex('1'), label: 'Size', fieldType, ...facts });
const row = (args: JsonObject) => ({ task_id: taskId, ...args });
const owners = { users: [5], guests: ['a@example.com'], groups: [] };

describe('a value is sent as its type of field wants it', () => {
  test.each<readonly [FieldType, JsonValue, JsonValue]>([
    ['text', '120', '120'],
    ['text', 120, '120'],
    ['textarea', 120, '120'],
    ['email', 'ann@example.com', 'ann@example.com'],
    ['date', '2026-12-01', '2026-12-01'],
    ['date', '2026-12-01T10:00:00+02:00', '2026-12-01 08:00:00'],
    ['radio', 'Small', 'Small'],
    ['radio', 2, 'Large, with lid'],
    ['dropdown', 'Large, with lid', sizes[1] ?? null],
    ['dropdown', '{"id":1,"text":"Small"}', sizes[0] ?? null],
    ['dropdown', { id: 1 }, sizes[0] ?? null],
    ['multiselect', 'Small;Large, with lid', sizes.map((size) => ({ ...size, selected: true }))],
    ['multiselect', '["Small"]', [{ id: 1, text: 'Small', selected: true }]],
    [
      'multiselect',
      [
        { id: 1, selected: true },
        { id: 2, selected: false },
      ],
      [{ id: 1, text: 'Small', selected: true }],
    ],
    ['table', 'a;b', ['a', 'b']],
    ['table', ['a', ''], ['a', '']],
    [
      'file',
      '{"url":"https://example.com/a.pdf","filename":"a.pdf"}',
      [{ url: 'https://example.com/a.pdf', filename: 'a.pdf' }],
    ],
    ['assignees_form', '{"users":["5"],"guests":["a@example.com"]}', owners],
  ])('%s: %j', async (fieldType, given, stored) => {
    const columns = fieldType === 'table' ? [{ label: 'A' }, { label: 'B' }] : [];
    const it = await start([one(fieldType, { options: sizes, columns })]);
    const bound = it.bind('set-fields', row({ fields: { Size: given } }));
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'will-do', changes: [{ field: 'Size' }] });
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(at(it.task.values, hex('1'))).toEqual(stored);
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'nothing-to-do' });
    expect(await bound.settle(it.writer, await it.read(bound), doubtOf())).toMatchObject({ kind: 'done' });
    expect(it.effects()).toEqual(['set-fields']);
  });

  test.each<readonly [FieldType, JsonValue, RegExp]>([
    ['text', 'x'.repeat(201), /longer than 200/],
    ['textarea', 'x'.repeat(30_001), /longer than 30,000/],
    ['text', { value: 'x' }, /no text/],
    ['email', { value: 'a@example.com' }, /no e-mail/],
    ['email', 'ann', /no e-mail/],
    ['date', 1_767_225_600, /number/],
    ['date', 'tomorrow', /no date/],
    ['radio', 'small', /none of its options: Small, Large, with lid/],
    ['dropdown', { id: 1, text: 'Large, with lid' }, /none of its options/],
    ['multiselect', 'Small;Huge', /"Huge", which is none of its options/],
    ['table', 'a;b;c', /3 entries, and the table 2 columns/],
    ['file', 'https://example.com/a.pdf', /no list of files/],
    ['assignees_form', { guests: ['ann'] }, /no e-mail/],
    ['assignees_form', 'Ann', /no object/],
  ])('%s: %j is refused before anything is sent', async (fieldType, given, reason) => {
    const it = await start([one(fieldType, { options: sizes, columns: [1, 2] })]);
    const bound = it.bind('set-fields', row({ fields: { Size: given } }));
    const failure = { code: 'INVALID_FIELD_VALUE', message: expect.stringMatching(reason), effect: 'none' };
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'will-fail', failure });
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: false, failure });
    expect(it.writes()).toEqual([]);
  });

  test.each<readonly [FieldType, JsonValue]>([
    ['text', 'x'],
    ['dropdown', { id: 1, text: 'Small' }],
    ['multiselect', [{ id: 1, text: 'Small', selected: true }]],
    ['table', ['a', 'b']],
    ['assignees_form', owners],
  ])('%s is emptied by naming it in clear', async (fieldType, held) => {
    const fields = [one(fieldType, { options: sizes, columns: [1, 2] })];
    const it = await start(fields, (task) => task.values.set(hex('1'), held));
    const bound = it.bind('set-fields', row({ clear: ['size'] }));
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ changes: [{ field: 'Size', after: null }] });
    expect(await bound.execute(it.writer, null, {}, rowContext())).toMatchObject({ ok: true });
    expect(bound.predict(await it.look(bound), {})).toMatchObject({ kind: 'nothing-to-do' });
  });
});

describe('a field is named', () => {
  const fields = [
    formField({ id: hex('1'), label: 'Total  Amount', position: 1 }),
    formField({ id: hex('2'), label: 'Note', position: 2 }),
    formField({ id: hex('3'), label: 'Note', position: 3 }),
  ];

  test.each(['1'.repeat(32), 'Total  Amount', 'total amount', 'field-1'])('by id, label or alias: %s', async (name) => {
    const it = await start(fields);
    expect(await it.execute('set-fields', row({ fields: { [name]: 'x' } }))).toMatchObject({ ok: true });
    expect([...it.task.values]).toEqual([[hex('1'), 'x']]);
  });

  test.each<readonly [JsonObject, string, string]>([
    [{ fields: { Amuont: 'x' } }, 'UNKNOWN_FIELD', '"Total  Amount", "Note", "Note"'],
    [{ fields: { constructor: 'x' } }, 'UNKNOWN_FIELD', 'no form field "constructor"'],
    [{ fields: { Note: 'x' } }, 'AMBIGUOUS_FIELD', `${hex('2')}, ${hex('3')}`],
    [{ fields: { 'field-1': 'x', 'Total  Amount': 'y' } }, 'FIELD_NAMED_TWICE', 'twice'],
    [{ fields: { 'field-1': 'x' }, clear: ['total amount'] }, 'FIELD_NAMED_TWICE', 'twice'],
    [{}, 'NOTHING_TO_CHANGE', 'names no form field'],
  ])('%j is refused before anything is sent: %s', async (args, code, words) => {
    const it = await start(fields);
    const failure = { code, message: expect.stringContaining(words) };
    expect(await it.execute('set-fields', row(args))).toMatchObject({ ok: false, failure });
    expect(it.writes()).toEqual([]);
  });
});

test('several fields are one request, which on a one-off carries what must not be wiped', async () => {
  const fields = ['1', '2'].map((digit) => formField({ id: hex(digit), label: `F${digit}` }));
  const it = await start(fields, (task) => Object.assign(task, { owners }), false);
  const title = it.task.title;
  expect(await it.execute('set-fields', row({ fields: { F1: 'a', F2: 'b' } }))).toMatchObject({ ok: true });
  expect(Object.fromEntries(it.task.values)).toEqual({ [hex('1')]: 'a', [hex('2')]: 'b' });
  expect(it.task).toMatchObject({ title, owners });
  expect(it.writes()).toHaveLength(1);
});

describe('what Tallyfy drops without a word', () => {
  const answer = (more: object) => answerOf(200, { data: { id: taskId, title: 'T', ...more } });

  test.each<readonly [string, object, boolean]>([
    ['is seen in the answer', { taskdata: {} }, false],
    ['is seen in an empty list, which stands for an empty object', { taskdata: [] }, false],
    [
      'is seen in the form fields',
      { form_fields: { data: [{ id: hex('1'), field_type: 'text', value: null }] } },
      false,
    ],
    ['is not claimed of a value that is there', { taskdata: { [hex('1')]: 'x ' } }, true],
  ])('%s', async (_case, told, ok) => {
    const it = await start([one('text')]);
    const bound = it.bind('set-fields', row({ fields: { Size: 'x' } }));
    const target = await it.look(bound);
    const result = await bound.execute(scriptWriter(answer(told)), target, {}, rowContext());
    expect(result).toMatchObject(
      ok ? { ok: true } : { ok: false, failure: { code: 'NOT_APPLIED', message: expect.stringContaining('Size') } },
    );
  });

  test('is read where the answer does not tell', async () => {
    const it = await start([one('text')]);
    const bound = it.bind('set-fields', row({ fields: { Size: 'x' } }));
    const target = await it.look(bound);
    const writer = scriptWriter(answer({}), answer({ taskdata: { [hex('1')]: 'x' } }));
    expect(await bound.execute(writer, target, {}, rowContext())).toMatchObject({ ok: true });
    const dropped = scriptWriter(answer({}), answer({ taskdata: { [hex('1')]: 'old' } }));
    expect(await bound.execute(dropped, target, {}, rowContext())).toMatchObject({ failure: { code: 'NOT_APPLIED' } });
  });
});

test('the route captures sends a field a request, goes on where it stopped, and looks at the end', async () => {
  const fields = ['1', '2'].map((digit) => formField({ id: hex(digit), label: `F${digit}` }));
  const it = await start(fields);
  const context = rowContext();
  const bound = it.bind('set-fields', row({ fields: { F1: 'a', F2: 'b' }, route: 'captures' }));
  const target = await it.look(bound);
  it.sandbox.setFaults([
    { match: { write: true }, times: 1, skip: 1, fault: { kind: 'status', status: 503, when: 'before' } },
  ]);
  expect(await bound.execute(it.writer, target, {}, context)).toMatchObject({
    ok: false,
    failure: { effect: 'possible' },
  });
  expect(await bound.settle(it.writer, await it.read(bound), doubtOf())).toMatchObject({ kind: 'not-done' });
  expect(await bound.execute(it.writer, target, {}, context)).toMatchObject({ ok: true });
  expect(it.writes().map(({ path }) => path.split('/').at(-1))).toEqual(['captures', 'captures', 'captures']);
  expect(it.effects()).toEqual(['set-fields', 'set-fields']);
});

describe('the cells', () => {
  const schema = tallyfy.operations.find((operation) => operation.name === 'set-fields')?.schema;
  test('hold JSON or come as columns of their own', () => {
    expect(schema?.parse(row({ fields: '{"A":"1"}', clear: 'B;C' }))).toMatchObject({
      fields: { A: '1' },
      clear: ['B', 'C'],
    });
    expect(schema?.parse(row({ fields: { A: '1' } }))).toMatchObject({ fields: { A: '1' } });
  });

  test.each([
    ['{"A":""}', /no value for "A"; to empty a field, name it in clear/],
    ['{"A":null}', /no value for "A"/],
    ['{}', /names no field/],
    ['A=1', /not a JSON object/],
    ['{"__proto__":"1"}', /can be no field/],
    [`{"A":${'['.repeat(9_000)}1${']'.repeat(9_000)}}`, /too deep/],
  ])('refuse %s', (fields, reason) => {
    expect(schema?.safeParse(row({ fields })).error?.issues[0]?.message).toMatch(reason);
  });
});
