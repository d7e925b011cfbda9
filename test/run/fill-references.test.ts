import { describe, expect, it } from 'vitest';
import { findOperation } from '../../src/providers/registry.js';
import { dependencyFailure } from '../../src/run/dependency.js';
import { fillReferences } from '../../src/run/fill-references.js';
import type { Dependency } from '../../src/state/row-links.js';

const idOf = (key: string) => `\${row:${key}.id}`;

function ended(changes: Partial<Dependency> = {}): Dependency {
  return {
    number: 1,
    line: 2,
    key: 'a',
    state: 'succeeded',
    outcome: 'done',
    createdId: '86made1',
    errorCode: null,
    message: null,
    provider: 'clickup',
    takesId: true,
    ...changes,
  };
}

function fill(operation: string, template: Readonly<Record<string, string>>, createdId: string | null = '86made1') {
  const [provider = '', name = ''] = operation.split('.');
  const entry = findOperation(provider, name);
  if (entry === null) throw new Error(`no operation ${operation}`);
  return fillReferences(template, entry, [ended({ createdId })]);
}

describe('the id of what was made', () => {
  it('stands where the reference stood, and gives the row its target', () => {
    const template = { task_id: idOf('a'), comment: `Made ${idOf('a')}, not $${idOf('a')}` };
    expect(fill('clickup.comment', template)).toEqual({
      kind: 'filled',
      args: { task_id: '86made1', comment: `Made 86made1, not ${idOf('a')}` },
      target: 'clickup:86made1',
    });
  });

  it('goes through the checks of the operation', () => {
    const filled = fill('bitrix24.complete', { task_id: idOf('a') });
    expect(filled).toMatchObject({ kind: 'failed', failure: { type: 'VALIDATION', phase: 'not-sent' } });
    expect(filled.kind === 'failed' && filled.failure.message).toMatch(/task_id "86made1" .+\.$/);
  });

  it('may be several for a list, and for nothing else', () => {
    const made = 'a'.repeat(32);
    const rest = { title: 'One', owners: '{"users":[1]}', deadline: '2026-12-01 17:00:00' };
    const filled = fill('tallyfy.create', { ...rest, tags: idOf('a') }, `${made};${made.replaceAll('a', 'b')}`);
    expect(filled).toMatchObject({ kind: 'filled', args: { tags: [made, made.replaceAll('a', 'b')] } });
    expect(fill('clickup.complete', { task_id: idOf('a') }, '86a;86b')).toMatchObject({
      kind: 'blocked',
      failure: {
        code: 'DEPENDENCY',
        message: expect.stringContaining('made 2 things (86a, 86b), and task_id takes one'),
      },
    });
    expect(fill('clickup.assign', { task_id: '86x', assignees: `1;${idOf('a')}` }, '2;3')).toMatchObject({
      kind: 'blocked',
    });
  });

  it.each([[null], ['"}, {"x": "'], ['a b'], ['']])('is not taken when it is %j', (createdId) => {
    expect(
      fill('tallyfy.set-fields', { task_id: 'a'.repeat(32), fields: `{"F":"${idOf('a')}"}` }, createdId),
    ).toMatchObject({
      kind: 'blocked',
      failure: { type: 'GUARD', code: 'DEPENDENCY' },
    });
  });
});

describe('a row that is waited for', () => {
  it('is as good as done when it was so already', () => {
    expect(dependencyFailure(ended({ state: 'skipped', outcome: 'already', takesId: false }))).toBeNull();
    expect(dependencyFailure(ended({ outcome: 'settled' }))).toBeNull();
  });

  it.each([
    [
      { state: 'skipped', outcome: null, message: 'The condition when is false.' },
      'is skipped: The condition when is false.',
    ],
    [{ state: 'invalid', message: 'task_id is empty' }, 'is invalid: task_id is empty.'],
    [{ state: 'blocked', errorCode: 'DEPENDENCY', message: 'Row 1 …' }, 'is blocked, because it waits in vain itself.'],
    [{ state: 'unknown' }, 'may or may not have happened.'],
    [{ createdId: null }, 'succeeded, but the id of what it made is not known.'],
  ] as const)('forbids to go on when it is %o', (changes, words) => {
    expect(dependencyFailure(ended(changes))).toMatchObject({
      type: 'GUARD',
      code: 'DEPENDENCY',
      message: `Row 1 (line 2), which it waits for, ${words}`,
    });
  });

  it('need not have made anything when only its end is waited for', () => {
    expect(dependencyFailure(ended({ createdId: null, takesId: false }))).toBeNull();
  });
});
