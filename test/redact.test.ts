import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExcerpter, createRedactor, createSecretRedactor } from '../src/redact.js';

const secret = 'tok/en+1 "quoted"&<é>-0123456789';
const redact = createRedactor([secret]);

describe('createRedactor', () => {
  test.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ['form-encoded', new URLSearchParams([['', secret]]).toString().slice(1)],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON with escaped slashes', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    ['in capitals', secret.toUpperCase()],
    ['in small letters', secret.toLowerCase()],
    ['in HTML', 'tok/en+1 &quot;quoted&quot;&amp;&lt;é&gt;-0123456789'],
  ])('takes a secret out that is spelled %s', (_spelling, spelled) => {
    expect(redact(`before ${spelled} after`)).toBe('before [redacted] after');
  });

  test.each(['', 'u', 'us', 'user:'])('takes a secret out of base64 behind %j, whatever its alignment', (prefix) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${prefix}${secret}:rest`).toString(encoding);
      const shown = redact(encoded);
      expect(shown).toContain('[redacted]');
      const left = Buffer.from(shown.replace('[redacted]', ''), encoding).toString();
      expect(left).not.toContain('0123');
    }
  });

  test.each([
    ['pk_1234567_ABCDEF0123456789', '[redacted]'],
    ['vibe_api_Ab-1_2', '[redacted]'],
    ['vibe_app_x1', '[redacted]'],
    ['vibe_live_x1', '[redacted]'],
    ['vibe_session_x1', '[redacted]'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['bearer%20abcdef', 'bearer%20[redacted]'],
    ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '[redacted]'],
    [
      'https://x.bitrix24.de/rest/1/a1b2c3d4e5/task.item.list',
      'https://x.bitrix24.de/rest/1/[redacted]/task.item.list',
    ],
    ['/rest/api/17/a1b2c3/tasks.task.get', '/rest/api/17/[redacted]/tasks.task.get'],
    ['"https:\\/\\/x\\/rest\\/1\\/abc\\/profile"', '"https:\\/\\/x\\/rest\\/1\\/[redacted]\\/profile"'],
    ['%2Frest%2F1%2Fabc%2F', '%2Frest%2F1%2F[redacted]%2F'],
  ])('takes out what has the shape of a token, whoever it belongs to: %s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  test.each([
    'The Bearer token is missing.',
    'Bearer realm="api"',
    'the task pk_list was kept',
    'rest/of/the/path',
    '',
  ])('leaves an ordinary text alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('an empty secret matches nothing', () => {
    expect(createRedactor([''])('some text')).toBe('some text');
  });

  test('a secret that holds another one is taken out whole', () => {
    expect(createRedactor(['abcdef', 'abcdefghij'])('x abcdefghij abcdef y')).toBe('x [redacted] [redacted] y');
  });

  test('a secret is text, not a pattern', () => {
    const odd = createRedactor(['a.*(b)[c]$^|\\']);
    expect(odd('a.*(b)[c]$^|\\ but not axx(b)c')).toBe('[redacted] but not axx(b)c');
  });

  test('no secret survives anywhere in any text', () => {
    const secrets = fc.array(fc.string({ minLength: 6, maxLength: 40, unit: 'binary' }), {
      minLength: 1,
      maxLength: 3,
    });
    const property = fc.property(secrets, fc.string(), fc.string(), (tokens, before, after) => {
      const clean = createRedactor(tokens);
      for (const token of tokens) {
        fc.pre(!'[redacted]'.includes(token));
        expect(clean(`${before}${token}${after}`)).not.toContain(token);
      }
    });
    fc.assert(property);
  });
});

describe('createSecretRedactor', () => {
  test('takes out the secrets it was told, and nothing that merely looks like one', () => {
    expect(createSecretRedactor([secret])(`pk_99_OTHER ${secret} Bearer abc`)).toBe(
      'pk_99_OTHER [redacted] Bearer abc',
    );
  });

  test('without secrets changes nothing', () => {
    expect(createSecretRedactor([])('pk_99_OTHER')).toBe('pk_99_OTHER');
  });
});

describe('createExcerpter', () => {
  test('a cut never leaves a part of a secret standing', () => {
    const token = 'pk-0123456789abcdefghijklmnopqrstuvwxyz';
    const excerpt = createExcerpter([token], createRedactor([token]));
    for (let offset = 1_900; offset <= 2_100; offset += 1) {
      const shown = excerpt(`${'-'.repeat(offset)}${token}${'.'.repeat(9_000)}`, 2_000);
      expect(shown.length).toBeLessThanOrEqual(2_000);
      expect(shown).not.toMatch(/pk-|0123|xyz/);
    }
  });

  test('a text full of secrets that is cut shows none of them', () => {
    const token = 'tok-0123456789abcdefghijklmnopqrstuvwxyz';
    const excerpt = createExcerpter([token], createRedactor([token]));
    expect(excerpt(`-------${token.repeat(3_000)}`, 2_000).replaceAll('[redacted]', '')).not.toMatch(/[0-9x-z]/);
  });

  test('keeps the beginning and the length it was told', () => {
    const excerpt = createExcerpter(['secret-1'], createRedactor(['secret-1']));
    expect(excerpt('short', 2_000)).toBe('short');
    expect(excerpt('x'.repeat(100_000), 2_000)).toBe('x'.repeat(2_000));
  });
});
