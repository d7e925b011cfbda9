import { expect, test } from 'vitest';
import { redactValues } from '../../src/ui/redact-values.js';

const redact = (text: string) => text.replaceAll('secret', '***');

test('every text is redacted, however deep, and so are keys', () => {
  const value = {
    a: 'a secret',
    list: ['secret', 1, { 'the secret key': { deeper: 'secret' } }],
    set: new Set(['secret']),
  };
  expect(redactValues(value, redact)).toEqual({
    a: 'a ***',
    list: ['***', 1, { 'the *** key': { deeper: '***' } }],
    set: ['***'],
  });
  expect(redactValues(new Map([['secret', 'secret']]), redact)).toEqual({ '***': '***' });
  expect(redactValues(new URL('http://127.0.0.1/secret'), redact)).toBe('http://127.0.0.1/***');
});

test('errors become objects with message, stack, causes and fields, all redacted', () => {
  const error = Object.assign(new TypeError('secret', { cause: new Error('inner secret') }), { code: 'E_secret' });
  const told = redactValues({ error }, redact);
  expect(told).toMatchObject({
    error: { type: 'TypeError', message: '***', code: 'E_***', cause: { message: 'inner ***' } },
  });
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(JSON.stringify(told)).toContain('redact-values.test.ts');
});

test('whatever comes, it does not throw and stays JSON', () => {
  const circle: Record<string, unknown> = { name: 'secret' };
  circle.self = circle;
  let deep: unknown = 'secret';
  for (let level = 0; level < 100_000; level++) deep = { deep };
  const trap = {
    get value(): string {
      throw new Error('no');
    },
  };
  const told = redactValues(
    {
      circle,
      deep,
      trap,
      big: 10n,
      nan: Number.NaN,
      symbol: Symbol('secret'),
      run: () => 1,
      bytes: Buffer.from('secret'),
      at: new Date(0),
      bad: new Date(Number.NaN),
      none: null,
    },
    redact,
  );
  expect(told).toMatchObject({
    circle: { name: '***', self: '[circular]' },
    trap: '[unreadable]',
    big: '10',
    nan: 'NaN',
    symbol: 'Symbol(***)',
    run: '[function]',
    bytes: '[6 bytes]',
    at: '1970-01-01T00:00:00.000Z',
    bad: null,
    none: null,
  });
  expect(JSON.stringify(told)).toContain('[deep]');
});

test('the same object twice is no circle', () => {
  const shared = { id: 1 };
  expect(redactValues([shared, shared], redact)).toEqual([{ id: 1 }, { id: 1 }]);
});

test('a key like __proto__ stays a key', () => {
  const told = redactValues(JSON.parse('{"__proto__":{"a":"secret"},"constructor":"secret"}'), redact);
  expect(JSON.stringify(told)).toBe('{"__proto__":{"a":"***"},"constructor":"***"}');
});

test('a long text is cut behind the redaction, never through a secret', () => {
  const text = `${'x'.repeat(9_997)}secret${'y'.repeat(10_000)}`;
  const told = String(redactValues(text, redact));
  expect(told).not.toContain('sec');
  expect(told.length).toBe(10_001);
});
