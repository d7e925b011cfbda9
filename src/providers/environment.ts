/** Reads a provider's settings from the environment and tells all that is wrong with them at once. */
import { CredentialError } from '../errors.js';
import { assertSafeBaseUrl } from './base-url.js';
import type { Environment, EnvironmentVariable } from './provider.js';

/** An id in its normal form, or the reason why the text is none. */
export type ParsedId = { readonly id: string } | { readonly reason: string };

/**
 * Collects what is missing or malformed while a provider asks for its variables; {@link EnvironmentReader.finish} then
 * throws one error about all of it. Until then a refused value reads as an empty text. No value is ever repeated in a
 * message: it may be a secret in the wrong variable.
 */
export class EnvironmentReader {
  readonly #environment: Environment;
  readonly #missing: string[] = [];
  readonly #malformed: Array<{ readonly name: string; readonly problem: string; readonly fix: string | null }> = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** A variable's value, or null when it is unset or blank. */
  value(name: string): string | null {
    const value = this.#environment[name];
    return value === undefined || value.trim() === '' ? null : value;
  }

  /** A token under the first of its names that is set. */
  secret(name: string, ...otherNames: readonly string[]): string {
    const used = [name, ...otherNames].find((candidate) => this.value(candidate) !== null);
    if (used === undefined) {
      this.#missing.push([name, ...otherNames].join(' or '));
      return '';
    }
    return this.optionalSecret(used) ?? '';
  }

  optionalSecret(name: string): string | null {
    const value = this.value(name);
    const problem = value === null ? null : describeTokenProblem(value);
    if (problem === null) return value;
    this.refuse(name, problem);
    return null;
  }

  id(name: string, parse: (text: string) => ParsedId): string {
    if (this.value(name) === null) this.#missing.push(name);
    return this.optionalId(name, parse) ?? '';
  }

  optionalId(name: string, parse: (text: string) => ParsedId): string | null {
    const value = this.value(name);
    if (value === null) return null;
    const parsed = parse(value.trim());
    if ('id' in parsed) return parsed.id;
    this.refuse(name, parsed.reason);
    return null;
  }

  /** A service's base URL without a slash at its end; `adjust` brings known spellings into the service's own. */
  baseUrl(name: string, fallback: string, adjust: (url: URL) => string): string {
    const text = this.value(name)?.trim() ?? fallback;
    try {
      assertSafeBaseUrl(text, name);
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      this.refuse(name, error.message.slice(name.length).replace(/^\s+|\.$/g, ''), error.fix);
      return fallback;
    }
    return adjust(new URL(text)).replace(/\/+$/, '');
  }

  /** Notes what is wrong with a variable, in words that follow its name, and what to do where it is known, as a sentence. */
  refuse(name: string, problem: string, fix: string | null = null): void {
    this.#malformed.push({ name, problem, fix });
  }

  /** @throws {CredentialError} naming every missing and every malformed variable, and where to get each. */
  finish(title: string, variables: readonly EnvironmentVariable[]): void {
    const problems = [
      ...this.#missing.map((name) => `${name} is not set`),
      ...this.#malformed.map(({ name, problem }) => `${name} ${problem}`),
    ];
    if (problems.length === 0) return;
    const named = new Set(
      [...this.#missing, ...this.#malformed.map(({ name }) => name)].flatMap((name) => name.split(' or ')),
    );
    const help = variables.filter(({ name }) => named.has(name)).map(({ name, purpose }) => `${name}: ${purpose}`);
    throw new CredentialError(`${title} can't be reached: ${problems.join('; ')}.`, {
      where: 'environment',
      fix: [...this.#remedies(), ...help].join(' '),
      code: this.#missing.length > 0 ? 'CREDENTIALS_MISSING' : 'CREDENTIALS_MALFORMED',
    });
  }

  #remedies(): readonly string[] {
    const where = 'in the environment or in a .env file.';
    return [
      ...(this.#missing.length > 0 ? [`Set it ${where}`] : []),
      ...this.#malformed.map(({ name, fix }) => fix ?? `Correct ${name} ${where}`),
    ];
  }
}

/** What shows that a token was copied with something around it, in words that follow its name; null when nothing does. */
function describeTokenProblem(value: string): string | null {
  if (/[\r\n]/.test(value)) return 'holds a line break';
  if (/^bearer\s/i.test(value)) return 'begins with the word Bearer; give the token alone';
  if (/\s/.test(value)) return 'holds a blank';
  if (/["'`\u2018-\u201F]/.test(value)) return 'holds quotes; give the token without them';
  return /^[\x21-\x7e]+$/.test(value) ? null : 'holds characters that no token has';
}
