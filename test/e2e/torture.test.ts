/** A short torture: kills at random instants amid random faults, each run resumed to its end. See test/torture. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDir } from '../support/bin.js';
import { sumUp } from '../torture/figures.js';
import type { RoundSize } from '../torture/round-plan.js';
import { torture } from '../torture/torture.js';

const seed = 20_261_122;
const kills = 60;
/** Most of a round is waiting. */
const abreast = 4;
/** Small runs that are killed early and often: a sitting is little more than the start of a process. */
const size: RoundSize = {
  rows: [12, 24],
  interruptions: [6, 9],
  // At a low rate a killed process leaves slots behind that the next one waits for.
  rates: [0, 0, 120],
  triggers: { writes: [1, 3], requests: [1, 10], startMs: [60, 600] },
};
/** On a busy machine fewer kills fit in; what they find counts all the same. */
const longestMs = 90_000;
const fewest = 5;

it('does every row once and loses none, however often it is killed', { timeout: 240_000 }, async () => {
  const startedAtMs = performance.now();
  const results = await torture({
    ...{ seed, kills, only: null, size, longestMs, abreast },
    round: { bin: join(projectDir, 'dist', 'main.js'), factor: 20 },
    tell: () => {},
  });
  const figures = sumUp(seed, results, performance.now() - startedAtMs);
  process.stderr.write(`torture: ${figures.kills} kills in ${figures.rounds} rounds, ${figures.seconds} s\n`);
  const findings = results.flatMap((result) =>
    result.findings.map(({ kind, text }) => `seed ${seed}, round ${result.plan.round}: ${kind}: ${text}`),
  );
  expect(findings).toEqual([]);
  expect(figures).toMatchObject({ duplicates: 0, lost: 0 });
  expect(figures.kills).toBeGreaterThanOrEqual(fewest);
  expect(figures.doubts.told.rows).toBeGreaterThan(0);
});
