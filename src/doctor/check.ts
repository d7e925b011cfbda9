/** The words of `doctor`: checks as values, in groups. */

/** `warning`: a run works, but look at it. `failed`: a run would not. `skipped`: it could not be looked at. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

export interface Check {
  /** What is looked at, in a word or two. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, in a sentence. */
  readonly message: string;
  /** What to do about it; null where there is nothing to do. */
  readonly fix: string | null;
  /** More to know about it, a sentence each; mostly empty. */
  readonly details: readonly string[];
}

export interface CheckGroup {
  /** `machine`, `state`, or the provider. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly checks: readonly Check[];
}

export function passed(name: string, message: string, details: readonly string[] = []): Check {
  return { name, status: 'ok', message, fix: null, details };
}

export function warned(name: string, message: string, fix: string | null): Check {
  return { name, status: 'warning', message, fix, details: [] };
}

export function failed(name: string, message: string, fix: string | null): Check {
  return { name, status: 'failed', message, fix, details: [] };
}

export function skipped(name: string, message: string): Check {
  return { name, status: 'skipped', message, fix: null, details: [] };
}

export function hasFailed({ checks }: CheckGroup): boolean {
  return checks.some(({ status }) => status === 'failed');
}
