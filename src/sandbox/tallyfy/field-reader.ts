import type { SandboxAnswer } from '../service.js';
import { invalid } from './answers.js';
import { moveToWorkingDay, parseDate } from './dates.js';
import { isRecord } from './json.js';

/** The rule of a required field: absent, null and blank are all missing. */
export interface Requirement {
  readonly required?: boolean;
}

/**
 * Reads the fields of a request body with their rules and collects every violation, as the service's validation does.
 * A field that is absent, null, blank or wrong reads as undefined; ask `refusal()` before using what was read.
 */
export class FieldReader {
  readonly #body: Readonly<Record<string, unknown>>;
  readonly #errors = new Map<string, string[]>();

  constructor(body: unknown) {
    this.#body = isRecord(body) ? body : {};
  }

  /** Whether the body has the field, be it null. */
  has(name: string): boolean {
    return Object.hasOwn(this.#body, name);
  }

  isNull(name: string): boolean {
    return this.has(name) && this.#body[name] === null;
  }

  refuse(name: string, message: string): undefined {
    const messages = this.#errors.get(name);
    if (messages === undefined) this.#errors.set(name, [message]);
    else messages.push(message);
    return undefined;
  }

  /** The 422 with everything that was refused; undefined when nothing was. */
  refusal(): SandboxAnswer | undefined {
    return this.#errors.size === 0 ? undefined : invalid(this.#errors);
  }

  raw(name: string, { required = false }: Requirement = {}): unknown {
    const value = this.has(name) ? this.#body[name] : undefined;
    const missing = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
    if (missing && required) this.refuse(name, `The ${say(name)} field is required.`);
    return missing ? undefined : value;
  }

  /** `maxLength` in characters. */
  text(name: string, rule: Requirement & { readonly maxLength?: number } = {}): string | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') return this.refuse(name, `The ${say(name)} must be a string.`);
    const { maxLength = Number.POSITIVE_INFINITY } = rule;
    if (value.length > maxLength && [...value].length > maxLength) {
      return this.refuse(name, `The ${say(name)} may not be greater than ${maxLength} characters.`);
    }
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], rule: Requirement = {}): T | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    return choices.find((choice) => choice === value) ?? this.refuse(name, `The selected ${say(name)} is invalid.`);
  }

  flag(name: string, rule: Requirement = {}): boolean | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    if (value === true || value === 1 || value === '1') return true;
    if (value === false || value === 0 || value === '0') return false;
    return this.refuse(name, `The ${say(name)} field must be true or false.`);
  }

  integer(name: string, minimum: number, rule: Requirement = {}): number | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    const number = readInteger(value);
    if (number === undefined) return this.refuse(name, `The ${say(name)} must be an integer.`);
    return number >= minimum ? number : this.refuse(name, `The ${say(name)} must be at least ${minimum}.`);
  }

  /** Ms since the epoch. */
  date(name: string, rule: Requirement = {}): number | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    return parseDate(value) ?? this.refuse(name, `The ${say(name)} is not a valid date.`);
  }

  /** A date as the service stores a deadline: on a working day. */
  deadline(rule: Requirement = {}): number | undefined {
    const deadlineMs = this.date('deadline', rule);
    return deadlineMs === undefined ? undefined : moveToWorkingDay(deadlineMs);
  }

  url(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
    return this.refuse(name, `The ${say(name)} format is invalid.`);
  }

  object(name: string, rule: Requirement = {}): Readonly<Record<string, unknown>> | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    return isRecord(value) ? value : this.refuse(name, `The ${say(name)} must be an object.`);
  }

  list(name: string, rule: Requirement = {}): readonly unknown[] | undefined {
    const value = this.raw(name, rule);
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value : this.refuse(name, `The ${say(name)} must be an array.`);
  }
}

/** An integer, or a string of digits, which the service takes for one. */
export function readInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) return undefined;
  return Number(value);
}

function say(name: string): string {
  return name.replaceAll('_', ' ');
}
