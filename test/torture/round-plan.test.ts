import { expect, test } from 'vitest';
import { parseFaults } from '../../src/sandbox/fault-text.js';
import { readOptions } from './options.js';
import { planRound } from './round-plan.js';
import { sceneryOf } from './rows.js';

const { size } = readOptions([]);
const plans = Array.from({ length: 40 }, (_, index) => planRound(7, index + 1, size));

test('a round is the same for the same seed and number, and another one for others', () => {
  expect(planRound(7, 1, size)).toEqual(plans[0]);
  expect(planRound(8, 1, size)).not.toEqual(plans[0]);
  expect(plans[1]).not.toEqual(plans[0]);
});

test('rounds have rows of all services, faults that the sandbox takes, and kills', () => {
  const operations = new Set(plans.flatMap(({ rows }) => rows.map((row) => `${row.provider}.${row.operation}`)));
  expect(operations.size).toBeGreaterThan(30);
  for (const plan of plans) {
    expect(plan.rows.length).toBeGreaterThanOrEqual(24);
    expect(plan.rows.map(({ number }) => number)).toEqual(plan.rows.map((_, index) => index + 1));
    if (plan.faults !== '') expect(parseFaults(plan.faults).length).toBeGreaterThan(1);
    expect(plan.interruptions.length).toBeGreaterThanOrEqual(3);
    expect(sceneryOf(plan.rows).length).toBeLessThanOrEqual(plan.rows.length);
  }
});

test('no two rows of a round are known by the same effect', () => {
  for (const { rows } of plans) {
    const keys = rows.flatMap(({ effects }) => effects);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test('values that are none are refused', () => {
  expect(readOptions(['--round', '3,5']).only).toEqual([3, 5]);
  expect(readOptions(['--rows', '10']).size.rows).toEqual([10, 10]);
  expect(() => readOptions(['--kills', 'many'])).toThrow(TypeError);
  expect(() => readOptions(['--torture', '1'])).toThrow(TypeError);
});
