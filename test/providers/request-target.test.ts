import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildRequestTarget } from '../../src/providers/request-target.js';

test.each([
  ['/api', ['v2', 'task', '86ab'], '/api/v2/task/86ab'],
  ['/api/', ['v2'], '/api/v2'],
  ['/', ['v2'], '/v2'],
  ['', [], '/'],
  ['/api', [], '/api'],
])('path %s and segments %j become %s', (base, path, target) => {
  expect(buildRequestTarget(base, { path })).toBe(target);
});

test.each(['', '.', '..', '\ud800'])('a segment %j is refused', (segment) => {
  expect(buildRequestTarget('/api', { path: ['task', segment] })).toBeNull();
});

test('names and values of the query are encoded, in their order', () => {
  const query = [
    ['a b', 'c&d=e'],
    ['list[]', '1'],
    ['list[]', 'é'],
  ] as const;
  expect(buildRequestTarget('', { path: ['x'], query })).toBe('/x?a%20b=c%26d%3De&list%5B%5D=1&list%5B%5D=%C3%A9');
});

test('half a character in the query is refused', () => {
  expect(buildRequestTarget('', { path: ['x'], query: [['q', '\ud800']] })).toBeNull();
});

test('any id stays one segment that reads back as the same id', () => {
  const ids = fc.oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom('../x', 'a/../../b', '?q=1', '#f', '%2e%2e', '%2F', '\\..\\', '//evil.example', 'a b\r\nX: y\0'),
  );
  const property = fc.property(ids, (id) => {
    fc.pre(id !== '.' && id !== '..');
    const target = buildRequestTarget('/api', { path: ['task', id] });
    const url = new URL(`https://service.example${target}`);
    expect(url.host + url.search + url.hash).toBe('service.example');
    const segments = url.pathname.split('/');
    expect(segments.slice(0, 3)).toEqual(['', 'api', 'task']);
    expect(segments.slice(3).map(decodeURIComponent)).toEqual([id]);
  });
  fc.assert(property);
});
