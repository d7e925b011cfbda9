import { expect, test } from 'vitest';
import { judgeVibecodeAnswer } from '../../../../src/providers/bitrix24/vibecode/errors.js';
import { createVibecodeThrottle } from '../../../../src/providers/bitrix24/vibecode/throttle.js';
import { answerOf } from '../../../support/answers.js';

const minute = 60_000;
const loop = (status = 429) =>
  answerOf(status, { success: false, error: { code: 'ERROR_LOOP_DETECTED', message: 'delete', retryAfter: 60 } });

test.each([429, 502])('the block after an error loop (%i) is waited for twice; then it stops the run', (status) => {
  const throttle = createVibecodeThrottle();
  expect(throttle(loop(status), 0)?.waitMs).toBe(minute);
  expect(throttle(loop(status), minute)?.waitMs).toBe(minute);
  expect(throttle(loop(status), 2 * minute)).toBeNull();
  expect(throttle(loop(status), 2 * minute + 5)).toBeNull();
  expect(judgeVibecodeAnswer(loop(status))).toMatchObject({
    code: 'ERROR_LOOP_DETECTED',
    scope: 'credential',
    effect: 'none',
    retryable: false,
    suggestedAction: expect.stringContaining('Resume'),
  });
});

test('answers that were on their way together are one meeting, also those of a batch', () => {
  const throttle = createVibecodeThrottle();
  for (const atMs of [0, 0, 0, 400, 30_000]) expect(throttle(loop(), atMs)).not.toBeNull();
  for (const atMs of [61_000, 61_000, 61_200]) expect(throttle(loop(), atMs)).not.toBeNull();
  expect(throttle(loop(), 122_000)).toBeNull();
});

test('after a quiet time it is waited for anew', () => {
  const throttle = createVibecodeThrottle();
  throttle(loop(), 0);
  throttle(loop(), minute);
  expect(throttle(loop(), 10 * minute)).not.toBeNull();
  expect(throttle(loop(), 11 * minute)).not.toBeNull();
  expect(throttle(loop(), 12 * minute)).toBeNull();
});

test('other limits are waited for as often as they come, and each connection counts for itself', () => {
  const throttle = createVibecodeThrottle();
  const limited = answerOf(429, { success: false, error: { code: 'RATE_LIMITED', message: 'x', retryAfter: 2 } });
  for (let n = 0; n < 9; n++) expect(throttle(limited, n * minute)?.waitMs).toBe(2_000);
  for (let n = 0; n < 3; n++) throttle(loop(), n * minute);
  expect(createVibecodeThrottle()(loop(), 3 * minute)).not.toBeNull();
});
