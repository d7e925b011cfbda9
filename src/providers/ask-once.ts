import type { Failure, Result } from '../failure.js';

/** Answers by key, also while they are under way. */
export type Asked<T> = Map<string, Promise<Result<T>>>;

/** Rows may name a million different things; the oldest answers go first, and are asked for again if they are needed. */
export const mostAnswers = 10_000;

/**
 * Asks for a thing once in a connection; who comes while the answer is under way waits for it. What may pass is not kept:
 * no failure that is worth another try or of others than the row, nor what is thrown when the run is stopping.
 */
export function askOnce<T>(asked: Asked<T>, key: string, ask: () => Promise<Result<T>>): Promise<Result<T>> {
  const known = asked.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  asked.set(key, answer);
  if (asked.size > mostAnswers) {
    const [oldest] = asked.keys();
    if (oldest !== undefined) asked.delete(oldest);
  }
  const forget = () => asked.get(key) === answer && asked.delete(key);
  answer.then((result) => result.ok || isLasting(result.failure) || forget(), forget);
  return answer;
}

/** Rows by the thousand may name a list that is not there. */
function isLasting({ retryable, scope }: Failure): boolean {
  return !retryable && scope === 'row';
}
