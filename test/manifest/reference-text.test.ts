import { describe, expect, it } from 'vitest';
import { isWholeReference, joinParts, referencesIn, splitReferences } from '../../src/manifest/reference-text.js';

const idOf = (key: string) => `\${row:${key}.id}`;

function filled(text: string): string {
  const split = splitReferences(text);
  if (!split.ok) throw new Error(split.reason);
  return joinParts(split.parts, ({ key }) => `<${key}>`);
}

describe('a reference', () => {
  it.each([
    [idOf('a'), '<a>'],
    [`See ${idOf('a')} and ${idOf('b.2')}.`, 'See <a> and <b.2>.'],
    [`https://app.clickup.com/t/${idOf('a-1')}`, 'https://app.clickup.com/t/<a-1>'],
    [`{"Link":"${idOf('a')}"}`, '{"Link":"<a>"}'],
  ])('%s stands for the id', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  it.each([
    [`$${idOf('a')}`, idOf('a')],
    [`${idOf('a')} is written $${idOf('a')}`, `<a> is written ${idOf('a')}`],
    ['$' + '${row:', `\${row:`],
    [`$$${idOf('a')}`, `$${idOf('a')}`],
    [`\${path} and $5`, `\${path} and $5`],
  ])('%s is a text', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  it.each([
    [`\${row:a.title}`, 'asks for "title" of the row "a"; only id is known'],
    [`\${row:a}`, 'says nothing of the row "a"; only id is known'],
    [`\${row:a.ID}`, 'asks for "ID" of the row "a"; only id is known'],
    [`${idOf('a')} \${row:b.id`, `begins with \${row: and has no } behind it`],
    [`\${row:.id}`, 'names the row "", which is no key'],
    [`\${row:a b.id}`, 'names the row "a b", which is no key'],
    [idOf('k'.repeat(101)), `names the row "${'k'.repeat(101)}", which is no key`],
  ])('%s is told apart from one that can be read', (text, reason) => {
    expect(splitReferences(text)).toMatchObject({ ok: false, reason });
  });

  it('is whole when only blanks stand beside it', () => {
    const whole = (text: string) => {
      const split = splitReferences(text);
      return split.ok && isWholeReference(split.parts);
    };
    expect([idOf('a'), ` ${idOf('a')} `, `${idOf('a')};${idOf('b')}`, `x${idOf('a')}`, 'x'].map(whole)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is found as often as it stands there', () => {
    const split = splitReferences(`${idOf('a')}${idOf('a')}${idOf('b')}`);
    expect(split.ok && referencesIn(split.parts).map(({ key }) => key)).toEqual(['a', 'a', 'b']);
  });
});
