import { describe, expect, test } from 'vitest';
import { succeed } from '../../../src/failure.js';
import type { JsonValue } from '../../../src/json.js';
import { toFieldWrite } from '../../../src/providers/clickup/field-values.js';
import type { FieldDefinition } from '../../../src/providers/clickup/fields.js';
import { compactText } from '../../../src/providers/clickup/task-facts.js';

const options = [
  { id: 'u-low', label: 'Low', index: 0 },
  { id: 'u-high', label: 'High', index: 1 },
  { id: 'u-7', label: '7', index: 2 },
];
const define = (type: string): FieldDefinition => ({
  id: 'f1',
  name: 'Field',
  type,
  options,
  highest: 5,
  taskTypes: null,
});
/** Members are ids already, or one of these names. */
const memberIds = async (names: readonly string[]) =>
  succeed(names.map((name) => (name === 'Ada' ? 1 : /^\d+$/.test(name) ? Number(name) : name)));

async function convert(type: string, value: JsonValue, held?: JsonValue) {
  const result = await toFieldWrite(define(type), value, held, memberIds);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const noonMs = Date.parse('2026-12-24T12:00:00Z');
const timeMs = Date.parse('2026-12-24T15:30:00Z');
const point = { location: { lat: 52.52, lng: 13.4 }, formatted_address: 'Berlin, Mitte' };

describe('a value is sent as ClickUp takes it, and known again as ClickUp holds it', () => {
  test.each<readonly [type: string, value: JsonValue, body: JsonValue, held: JsonValue]>([
    ['short_text', 'staging', { value: 'staging' }, 'staging'],
    ['text', 12, { value: '12' }, '12'],
    ['text', 'x'.repeat(900), { value: 'x'.repeat(900) }, compactText('x'.repeat(900))],
    ['url', 'https://example.com', { value: 'https://example.com' }, 'https://example.com'],
    ['email', 'a@example.com', { value: 'a@example.com' }, 'a@example.com'],
    ['phone', '+49 30 1', { value: '+49 30 1' }, '+49 30 1'],
    ['number', ' -2.50 ', { value: -2.5 }, '-2.5'],
    ['currency', 8000, { value: 8000 }, '8000'],
    ['date', '2026-12-24', { value: noonMs, value_options: { time: false } }, String(noonMs)],
    ['date', '2026-12-24', { value: noonMs, value_options: { time: false } }, String(noonMs - 8 * 3_600_000)],
    ['date', '2026-12-24T16:30:00+01:00', { value: timeMs, value_options: { time: true } }, String(timeMs)],
    ['date', timeMs, { value: timeMs, value_options: { time: true } }, String(timeMs)],
    ['drop_down', 'high', { value: 'u-high' }, 1],
    ['drop_down', 'u-low', { value: 'u-low' }, 0],
    ['drop_down', 7, { value: 'u-7' }, 2],
    ['labels', 'low; HIGH', { value: ['u-low', 'u-high'] }, ['u-high', 'u-low']],
    ['labels', ['u-low'], { value: ['u-low'] }, ['u-low']],
    ['users', 'Ada;5', { value: { add: [1, 5], rem: [] } }, ['5', '1']],
    ['tasks', '9hx', { value: { add: ['9hx'], rem: [] } }, ['9hx']],
    ['emoji', '4', { value: 4 }, 4],
    ['manual_progress', '40', { value: { current: 40 } }, { current: 40 }],
    ['manual_progress', { current: 40 }, { value: { current: 40 } }, { current: '40' }],
    ['location', '52.52, 13.4, Berlin, Mitte', { value: point }, point],
    ['location', JSON.stringify(point), { value: point }, point],
    ['checkbox', 'yes', { value: true }, 'true'],
    ['checkbox', 'no', { value: false }, 'false'],
  ])('%s %j', async (type, value, body, held) => {
    const write = await convert(type, value);
    expect(write.body).toEqual(body);
    expect(write.isHeld(held)).toBe(true);
    const other = type === 'checkbox' ? held !== 'true' : ['something else'];
    expect(write.isHeld(other)).toBe(false);
  });

  test('a button is pressed, and nothing shows that it was', async () => {
    const write = await convert('button', 'true');
    expect(write.body).toEqual({ value: true });
    expect(write.isHeld(true)).toBeNull();
  });
});

describe('people and tasks', () => {
  test('that the row does not name are taken out', async () => {
    expect((await convert('users', 'Ada', ['1', '5', '6'])).body).toEqual({ value: { add: [1], rem: [5, 6] } });
    expect((await convert('tasks', '9hx', ['9hx', '9hy'])).body).toEqual({ value: { add: ['9hx'], rem: ['9hy'] } });
  });

  test('are added and taken out one by one by an object', async () => {
    const write = await convert('users', '{"add": ["Ada"], "rem": ["5"]}', ['5', '6']);
    expect(write.body).toEqual({ value: { add: [1], rem: [5] } });
    expect([write.isHeld(['1', '6']), write.isHeld(['1', '5', '6']), write.isHeld(['6'])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a value that does not fit is refused before it is sent', () => {
  test.each<readonly [type: string, value: JsonValue, words: string]>([
    ['number', 'many', 'a number'],
    ['text', ['a'], 'a text'],
    ['date', 'tomorrow', 'a date'],
    ['date', '2026-02-30', 'a date'],
    ['drop_down', 'huge', '"Low", "High"'],
    ['labels', 'low;huge', '"huge"'],
    ['emoji', '6', 'from 0 to 5'],
    ['emoji', '2.5', 'from 0 to 5'],
    ['manual_progress', 'half', 'a number'],
    ['location', 'Berlin', 'latitude'],
    ['location', '152.52, 13.4, Berlin', 'latitude'],
    ['checkbox', 'maybe', 'true or false'],
    ['button', 'press', 'true alone'],
    ['users', { name: 'Ada' }, 'a list'],
    ['formula', '1', "can't be set"],
  ])('%s %j', async (type, value, words) => {
    const result = await toFieldWrite(define(type), value, undefined, memberIds);
    expect(result).toMatchObject({
      ok: false,
      failure: { type: 'VALIDATION', effect: 'none', message: expect.stringContaining(words) },
    });
  });

  test('a label that two options have', async () => {
    const twice = { ...define('drop_down'), options: [...options, { id: 'u-low-2', label: 'low', index: 3 }] };
    expect(await toFieldWrite(twice, 'low', undefined, memberIds)).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('u-low, u-low-2') },
    });
  });
});
