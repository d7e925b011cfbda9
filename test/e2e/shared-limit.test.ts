/** Three processes with one credential against a service that counts in a sliding log at exactly their limit. */
import { expect, it } from 'vitest';
import { shareLimit } from '../support/share-limit.js';

it.each([
  'even',
  'window',
] as const)('with the pace "%s" none of them is refused, also when one is killed', async (pace) => {
  const limit = 60;
  const shared = await shareLimit({ pace, limit, processes: 3, rowsEach: 110, factor: 20, killOne: true });
  // How much of it is used hangs on how busy the machine is: `npm run bench -- --only shared` measures it.
  expect(shared).toMatchObject({ exitCodes: [0, 0], refused: 0 });
  expect(shared.highest).toBeLessThanOrEqual(limit);
});
