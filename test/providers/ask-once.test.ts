import { expect, test } from 'vitest';
import { succeed } from '../../src/failure.js';
import { type Asked, askOnce, mostAnswers } from '../../src/providers/ask-once.js';

test('of ever more things that rows name, the oldest answers leave memory', async () => {
  const known: Asked<string> = new Map();
  const asked: string[] = [];
  const ask = (key: string) =>
    askOnce(known, key, async () => {
      asked.push(key);
      return succeed(key);
    });
  for (let at = 0; at < mostAnswers + 2; at++) await ask(`parent ${at}`);
  expect(known.size).toBe(mostAnswers);
  asked.length = 0;
  const keys = ['parent 2', `parent ${mostAnswers + 1}`, 'parent 0'];
  for (const key of keys) expect(await ask(key)).toEqual(succeed(key));
  expect(asked).toEqual(['parent 0']);
});
