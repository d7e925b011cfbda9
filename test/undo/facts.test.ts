/** What every operation tells about taking it back, and what a plan makes of that. */
import { describe, expect, it } from 'vitest';
import { undoCoverage } from '../../src/plan/undo-coverage.js';
import { catalogue, findEntry, sampleArgs, toJson } from '../contract/samples.js';

describe.each(catalogue.map((entry) => ({ title: `${entry.provider}.${entry.name}`, entry })))('$title', ({
  entry,
}) => {
  const { undo } = entry;

  it('says what is lost in words that fit into a list, or why it can not be taken back', () => {
    if (undo.reach === 'none') expect(undo.lost).toEqual([expect.stringMatching(/^[A-Z].{10,}\.$/s)]);
    else for (const words of undo.lost) expect(words).toMatch(/^[a-z].*[^.]$/s);
  });

  it('is not taken back by guessing where nothing of it was kept', () => {
    const past = { view: null, raw: null, prepared: {}, createdIds: [] };
    const undoing = entry.takeBack(sampleArgs(entry, 1), past);
    if (undo.reach === 'none' || undo.needs === 'snapshot') expect(undoing.kind).toBe('none');
    if (undoing.kind === 'none') {
      expect(undoing.reason).toMatch(/^[A-Z].{10,}\.$/s);
      return;
    }
    for (const row of undoing.rows) {
      const inverse = findEntry(entry.provider, row.operation);
      expect(inverse.schema.safeParse(row.values).success).toBe(true);
      expect(inverse.target(toJson(inverse.schema.parse(row.values)))?.id).toBe(entry.target(sampleArgs(entry, 1))?.id);
    }
  });
});

it.each(['clickup', 'tallyfy'])('a comment of %s whose id was not told is not guessed at', (provider) => {
  const entry = findEntry(provider, 'comment');
  const past = { view: null, raw: null, prepared: {}, createdIds: [] };
  expect(entry.takeBack(sampleArgs(entry, 1), past)).toEqual({
    kind: 'none',
    reason: 'The id of what it made is not known.',
  });
});

it('a comment of Tallyfy that names a guest says that the invitation stays', () => {
  const entry = findEntry('tallyfy', 'comment');
  const past = { view: null, raw: null, prepared: {}, createdIds: ['c'.repeat(32)] };
  const lostOf = (content: string) => {
    const undoing = entry.takeBack({ ...sampleArgs(entry, 1), content }, past);
    return undoing.kind === 'rows' ? undoing.lost : null;
  };
  expect(lostOf('Please look, +ann@example.com')).toEqual([
    'the invitation of a guest whom its text names, which stays',
  ]);
  for (const text of ['Write to ann@example.com', '1+1@ 2', 'ann+news@example.com']) expect(lostOf(text)).toEqual([]);
});

describe('the coverage of a plan', () => {
  const part = (operation: string, rows: number, provider = 'clickup') => ({
    entry: findEntry(provider, operation),
    rows,
    told: null,
  });
  const comments = part('comment', 4, 'bitrix24');
  const parts = [part('archive', 3), part('delete', 2), comments, part('update', 5), part('assign', 0)];

  it('counts rows that come back whole, in part and not at all', () => {
    const coverage = undoCoverage(parts, { looks: true, snapshot: null });
    expect(coverage).toMatchObject({ whole: 8, part: 2, none: 4 });
    expect(coverage.operations.map(({ operation, reach }) => [operation, reach])).toEqual([
      ['archive', 'whole'],
      ['delete', 'part'],
      ['comment', 'none'],
      ['update', 'whole'],
    ]);
  });

  it('knows that nothing comes back of what is not kept', () => {
    expect(undoCoverage(parts, { looks: true, snapshot: false })).toMatchObject({ whole: 3, part: 0, none: 11 });
    expect(undoCoverage(parts, { looks: false, snapshot: null })).toMatchObject({ whole: 0, part: 0, none: 14 });
  });
});
