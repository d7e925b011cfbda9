import { expect, test } from 'vitest';
import { CredentialError } from '../../src/errors.js';
import { assertSafeBaseUrl } from '../../src/providers/base-url.js';

function refusalOf(url: string): CredentialError {
  try {
    assertSafeBaseUrl(url, 'SOME_BASE_URL');
  } catch (error) {
    if (error instanceof CredentialError) return error;
  }
  throw new Error(`${url} was accepted`);
}

test.each([
  'https://api.clickup.com/api',
  'https://portal.bitrix24.de/rest/1/code',
  'http://localhost:8080/x',
  'http://127.0.0.1',
  'http://127.8.9.10:1',
  'http://127.1',
  'http://[::1]:3000',
])('secrets may travel to %s', (url) => {
  expect(() => assertSafeBaseUrl(url, 'SOME_BASE_URL')).not.toThrow();
});

test.each([
  'http://api.clickup.com',
  'http://localhost.example.com',
  'http://127.0.0.1.nip.io',
  'http://128.0.0.1',
  'http://0.0.0.0',
  'http://[::2]',
  'http://10.0.0.1',
  'ftp://localhost',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'api.clickup.com',
  '',
  'https://user@api.clickup.com',
  'https://user:code@api.clickup.com',
  'https://api.clickup.com/?token=1',
  'https://api.clickup.com/#x',
])('secrets may not travel to %s', (url) => {
  expect(refusalOf(url).code).toBe('UNSAFE_BASE_URL');
});

test('the refusal names the variable and the remedy, and never the value', () => {
  const error = refusalOf('http://portal.example/rest/1/s3cr3tcode');
  expect(error.message).toContain('SOME_BASE_URL');
  expect(error.fix).toContain('https://');
  expect(JSON.stringify([error.message, error.fix, error.where])).not.toMatch(/s3cr3t|portal/);
});
