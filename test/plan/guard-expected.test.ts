import { expect, it } from 'vitest';
import { guardExpected } from '../../src/plan/guards.js';

const toDo = (provider: string, operation: string, rows: number) =>
  ({ provider, operation, state: 'pending', outcome: null, rows }) as const;

/** Why the plan is refused; null when it is not. */
function refusal(expected: Record<string, number> | number): { message: string; fix: string | null } | null {
  try {
    guardExpected([toDo('tallyfy', 'delete', 1), toDo('bitrix24', 'delete', 2)], expected);
    return null;
  } catch (error) {
    if (!(error instanceof Error) || !('fix' in error)) throw error;
    return { message: error.message, fix: String(error.fix) };
  }
}

it('what a refused --expect is told to say is what it takes', () => {
  const told = refusal({ 'tallyfy.delete': 1 });
  expect(told?.message).toContain('2 × bitrix24.delete (expected 0)');
  expect(told?.fix).toContain('--expect tallyfy.delete=1,bitrix24.delete=2.');
  expect(refusal({ 'tallyfy.delete': 1, 'bitrix24.delete': 2 })).toBeNull();
  expect(refusal({ delete: 3 })).toBeNull();
  expect(refusal(1)?.message).toContain('The plan would do 3 rows, and --expect says 1');
});
