import { expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/fault-text.js';
import { FaultBook, type FaultRule } from '../../src/sandbox/faults.js';
import { createRandom } from '../../src/sandbox/random.js';
import type { SandboxRequest } from '../../src/sandbox/service.js';

function request(method: string, url: string, body?: unknown): SandboxRequest {
  const [path = '', search] = url.split('?');
  return {
    method,
    path: path.slice(1).split('/'),
    query: new URLSearchParams(search),
    headers: {},
    body,
    bodyText: '',
  };
}

/** For each request whether a rule struck, before or after. */
function strikes(rules: readonly FaultRule[], requests: readonly SandboxRequest[], seed = 1): boolean[] {
  const book = new FaultBook(rules, createRandom(seed));
  return requests.map((one) => {
    const write = one.method !== 'GET';
    const url = `/${one.path.join('/')}`;
    const struck =
      book.strike('before', 'clickup', write, url, one) ?? book.strike('after', 'clickup', write, url, one);
    return struck !== null;
  });
}

const gets = Array.from({ length: 5 }, () => request('GET', '/v2/task/9hx'));

test('a rule strikes once unless it says otherwise', () => {
  expect(strikes(parseFaults('reset'), gets)).toEqual([true, false, false, false, false]);
  expect(strikes(parseFaults('reset-after*3'), gets)).toEqual([true, true, true, false, false]);
  expect(strikes(parseFaults('reset*0'), gets)).toEqual([true, true, true, true, true]);
});

test('a rule lets as many matching requests pass first as it skips', () => {
  expect(strikes(parseFaults('reset*2+1'), gets)).toEqual([false, true, true, false, false]);
});

test('the first rule that strikes wins, and the next one waits for its turn', () => {
  expect(strikes(parseFaults('reset,hang'), gets)).toEqual([true, true, false, false, false]);
});

test('a probability strikes without end, the same way with the same seed', () => {
  const many = Array.from({ length: 1000 }, () => request('GET', '/x'));
  const struck = strikes(parseFaults('reset@0.1'), many);
  expect(strikes(parseFaults('reset@0.1'), many)).toEqual(struck);
  expect(strikes(parseFaults('reset@0.1'), many, 2)).not.toEqual(struck);
  const count = struck.filter(Boolean).length;
  expect(count).toBeGreaterThan(60);
  expect(count).toBeLessThan(140);
});

test.each([
  ['clickup:reset', true],
  ['tallyfy:reset', false],
  ['delete:reset', true],
  ['get:reset', false],
  ['write:reset', true],
  ['read:reset', false],
  ['/task/:reset', true],
  ['/list/:reset', false],
  ['=9hx:reset', true],
  ['=9h:reset', false],
  ['clickup:get:reset', false],
])('%s on a DELETE of task 9hx: %s', (text, expected) => {
  expect(strikes(parseFaults(text), [request('DELETE', '/v2/task/9hx')])).toEqual([expected]);
});

test('a target is also found among query values and the values of the body', () => {
  const inQuery = request('GET', '/rest/tasks.task.delete?taskId=12');
  const inBody = request('POST', '/rest/tasks.task.delete', { taskId: 12 });
  const elsewhere = request('POST', '/rest/tasks.task.delete', { taskId: 123 });
  expect(strikes(parseFaults('=12:reset*0'), [inQuery, inBody, elsewhere])).toEqual([true, true, false]);
});

test('new rules start from zero and end the old ones', () => {
  const book = new FaultBook(parseFaults('reset'), createRandom(1));
  const one = request('GET', '/x');
  expect(book.strike('before', 'clickup', false, '/x', one)?.kind).toBe('reset');
  book.replace(parseFaults('hang*2'));
  expect(book.strike('before', 'clickup', false, '/x', one)?.kind).toBe('hang');
  expect(book.strike('before', 'clickup', false, '/x', one)?.kind).toBe('hang');
  expect(book.strike('before', 'clickup', false, '/x', one)).toBeNull();
});
