import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { columnFacts } from '../../src/providers/columns.js';
import { targetKey } from '../../src/providers/target.js';
import { catalogue, sampleArgs, toJson } from './samples.js';

const named = catalogue.map((entry) => ({ title: `${entry.provider}.${entry.name}`, entry }));

test('names are given once', () => {
  expect(new Set(named.map(({ title }) => title)).size).toBe(named.length);
});

test('operations whose rows may cost more requests than stated say so', () => {
  const varying = catalogue.filter(({ requestsVary }) => requestsVary);
  expect(varying.map(({ provider, name }) => `${provider}.${name}`).sort()).toEqual([
    'bitrix24.update',
    'clickup.create',
    'clickup.move',
    'clickup.set-field',
    'tallyfy.complete',
    'tallyfy.create',
    'tallyfy.set-fields',
  ]);
});

describe.each(named)('$title', ({ entry }) => {
  const columns = Object.entries(entry.schema.shape);

  test('tells what it does, what comes with it, and how doubt is settled', () => {
    expect(entry.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const sentence of [entry.summary, entry.settledBy, ...entry.sideEffects]) {
      expect(sentence).toMatch(/^[A-Z`].{10,}\.$/s);
    }
    expect(entry.requestsPerRow).toBeGreaterThan(0);
    if (entry.inverse !== null) {
      expect(catalogue.map(({ provider, name }) => `${provider}.${name}`)).toContain(
        `${entry.provider}.${entry.inverse}`,
      );
    }
    if (entry.repeat === 'after-reading') expect(entry.settledBy).not.toBe('');
  });

  test.each(columns)('its column %s is documented, and its example is taken', (name, schema) => {
    const facts = columnFacts(schema);
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(facts?.about).toMatch(/^[A-Z].{10,}\.$/s);
    expect(facts?.fix).toMatch(/\.$/);
    expect(z.core.safeParse(schema, facts?.example).success).toBe(true);
  });

  test('no name of a column means two of them', () => {
    const names = columns.flatMap(([name, schema]) => [name, ...(columnFacts(schema)?.aliases ?? [])]);
    expect(new Set(names.map((name) => name.replaceAll('_', ''))).size).toBe(names.length);
  });

  test('parsing what was parsed changes nothing, and it is plain JSON', () => {
    const all = Object.fromEntries(columns.map(([name, schema]) => [name, columnFacts(schema)?.example]));
    for (const row of [all, sampleArgs(entry, 1)]) {
      const once = entry.schema.parse(row);
      expect(toJson(once)).toEqual(once);
      expect(entry.schema.parse(toJson(once))).toEqual(once);
    }
  });

  test('its target is known without credentials, the same each time', () => {
    const target = entry.target(sampleArgs(entry, 2));
    expect(entry.target(sampleArgs(entry, 2))).toEqual(target);
    if (target === null) return;
    expect(target.id).not.toBe('');
    expect(targetKey(entry.provider, target)).not.toBe(
      targetKey(entry.provider, entry.target(sampleArgs(entry, 3)) ?? target),
    );
  });

  test.each([
    '',
    ' ',
    '../..',
    'a/b',
    'a?b=c',
    'a#b',
    '__proto__',
    '1.2E+15',
    '#REF!',
    'x\u0000y',
    '“1”',
    'ａｂｃ',
    '9'.repeat(5_000),
  ])('refuses %j as an id, with a reason', (value) => {
    const ids = columns.filter(([, schema]) => columnFacts(schema)?.kind === 'id').map(([name]) => name);
    for (const id of ids) {
      const parsed = entry.schema.safeParse({ ...sampleArgs(entry, 1), [id]: value });
      expect(parsed.error?.issues[0]?.path).toEqual([id]);
      expect(parsed.error?.issues[0]?.message).toMatch(/^(is|are|has|holds|begins|was|can) /);
    }
  });
});
