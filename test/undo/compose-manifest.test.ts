/** Which lines a manifest that takes a run back has, in which order and in which steps. */
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openManifest } from '../../src/manifest/read-manifest.js';
import { referenceMark } from '../../src/manifest/reference-text.js';
import { arrangeDrafts } from '../../src/undo/arrange-drafts.js';
import { type Composed, composeManifest as composeArranged } from '../../src/undo/compose-manifest.js';
import { groupFates } from '../../src/undo/coverage.js';
import { manifestCsv } from '../../src/undo/manifest-csv.js';
import type { PlannedRow, RowFate } from '../../src/undo/row-fate.js';
import { findEntry } from '../contract/samples.js';
import { hostileCell, hostileTitle } from './round-trip.js';

function composeManifest(fates: readonly RowFate[], word: string): Composed {
  return composeArranged(arrangeDrafts(fates), word);
}

function planned(operation: string, target: string | null, changes: Partial<PlannedRow> = {}): PlannedRow {
  const values = target === null ? { name: 'A task', list_id: '901' } : { task_id: target };
  const key = target === null ? null : `clickup:${target}`;
  return {
    operation,
    entry: findEntry('clickup', operation),
    target: key,
    args: {},
    refusal: null,
    now: null,
    updated: null,
    values,
    ...changes,
  };
}

function fate(number: number, target: string, rows: readonly PlannedRow[], changes: Partial<RowFate> = {}): RowFate {
  const facts = { line: number + 1, provider: 'clickup', operation: 'update', deletesMade: false, above: [] } as const;
  return { number, ...facts, coverage: 'whole', words: [], targets: [`clickup:${target}`], rows, ...changes };
}

const shown = (fates: readonly RowFate[]) =>
  composeManifest(fates, 'undo of a run').lines.map(({ operation, undoOf, step }) => [operation, undoOf, step]);

it('takes the last row back first', () => {
  const fates = [fate(3, 'c', [planned('archive', 'c')]), fate(1, 'a', [planned('unarchive', 'a')])];
  expect(shown(fates)).toEqual([
    ['archive', 3, 1],
    ['unarchive', 1, 1],
  ]);
});

it('has one line for rows that put the same thing back, and it comes last', () => {
  const back = { values: { task_id: 'a', status: 'to do' } };
  const fates = [
    fate(3, 'a', [planned('set-status', 'a', back)]),
    fate(2, 'a', [planned('move', 'a')]),
    fate(1, 'a', [planned('set-status', 'a', back)]),
  ];
  expect(shown(fates)).toEqual([
    ['move', 2, 1],
    ['set-status', 1, 1],
  ]);
});

it('leaves a line out when a row before takes back the contrary: that one says how it was before the run', () => {
  const { lines, fates } = composeManifest(
    [fate(2, 'a', [planned('update', 'a'), planned('archive', 'a')]), fate(1, 'a', [planned('unarchive', 'a')])],
    'undo of a run',
  );
  expect(lines.map(({ operation, undoOf }) => [operation, undoOf])).toEqual([
    ['update', 2],
    ['unarchive', 1],
  ]);
  expect(fates.map(({ coverage }) => coverage)).toEqual(['whole', 'whole']);
});

it('puts what the service would refuse now into a second step, behind what is on the same thing', () => {
  const refused = { refusal: 'The list has no such status.' };
  const fates = [
    fate(2, 'a', [planned('move', 'a'), planned('set-status', 'a', refused), planned('set-field', 'a', refused)]),
    fate(1, 'a', [planned('unarchive', 'a')]),
    fate(0, 'b', [planned('move', 'b')]),
  ];
  expect(shown(fates)).toEqual([
    ['move', 2, 1],
    ['set-status', 2, 2],
    ['set-field', 2, 2],
    ['unarchive', 1, 2],
    ['move', 0, 1],
  ]);
});

it('arranges as many lines on one thing as a run may have', () => {
  const lines = Array.from({ length: 130_000 }, (_, at) =>
    planned('set-field', 'a', { values: { task_id: 'a', field: String(at) }, refusal: at === 0 ? null : 'No.' }),
  );
  const { drafts } = arrangeDrafts([fate(2, 'a', lines), fate(1, 'a', [planned('delete', 'a')])]);
  expect([drafts.length, drafts.at(0)?.step, drafts.at(-1)?.step]).toEqual([130_000, 1, 2]);
});

it('gives a row up that the service would refuse whatever is done before', () => {
  const { lines, fates } = composeManifest(
    [fate(2, 'a', [planned('move', 'a', { refusal: 'The list is gone.' }), planned('set-status', 'a')])],
    'undo of a run',
  );
  expect([lines, fates]).toEqual([[], [expect.objectContaining({ coverage: 'none', words: ['The list is gone.'] })]]);
});

it('gives up what rested on a row that was given up', () => {
  const refused = { refusal: 'No.' };
  const fates = [fate(2, 'a', [planned('move', 'a', refused)]), fate(1, 'a', [planned('set-status', 'a', refused)])];
  expect(composeManifest(fates, 'undo of a run').fates.map(({ coverage }) => coverage)).toEqual(['none', 'none']);
});

it('leaves to the deletion of a thing what was done to it', () => {
  const fates = [
    fate(2, 'made', [planned('remove-tag', 'made')], { coverage: 'part', words: ['something'] }),
    fate(1, 'made', [planned('delete', 'made')], { deletesMade: true }),
  ];
  const composed = composeManifest(fates, 'undo of a run');
  expect(composed.lines.map(({ operation }) => operation)).toEqual(['delete']);
  expect(groupFates(composed.fates).map(({ coverage, rows }) => [coverage, rows])).toEqual([['whole', [1, 2]]]);
});

it('makes a parent again before what names it, and names it by what it becomes', () => {
  const child = planned('create', null, {
    values: { name: 'Child', list_id: '901', parent: '86P' },
    mayRefer: ['parent'],
  });
  const fates = [fate(2, '86c', [child]), fate(1, '86p', [planned('create', null)])];
  const { lines } = composeManifest(fates, 'undo of a run');
  expect(lines.map(({ undoOf, key, values }) => [undoOf, key, values.parent])).toEqual([
    [1, 'undo-1', undefined],
    [2, null, `${referenceMark}undo-1.id}`],
  ]);
});

it('tells things apart that are made the same, and no others', () => {
  const apart = (values: PlannedRow['values'], word: string) => ({ ...values, description: word });
  const twin = planned('create', null, { apart });
  const other = planned('create', null, { apart, values: { name: 'Other', list_id: '901' } });
  const { lines } = composeManifest(
    [fate(3, 'c', [twin]), fate(2, 'b', [other]), fate(1, 'a', [twin])],
    'undo of a run',
  );
  expect(lines.map(({ values }) => values.description)).toEqual([undefined, undefined, 'undo of a run/1']);
});

it('tells things apart that were made within a second, where the service takes whole seconds', () => {
  const apart = (values: PlannedRow['values'], word: string) => ({ ...values, summary: word });
  const made = (ms: string) =>
    planned('create', null, {
      entry: findEntry('tallyfy', 'create'),
      apart,
      values: { title: 'Same', owners: '{"users":[1]}', task_type: 'task', deadline: `2026-12-11T17:00:00.${ms}Z` },
    });
  const facts = { provider: 'tallyfy' };
  const { lines } = composeManifest(
    [fate(2, 'b', [made('002')], facts), fate(1, 'a', [made('001')], facts)],
    'undo of a run',
  );
  expect(lines.map(({ values }) => values.summary)).toEqual([undefined, 'undo of a run/1']);
});

it.each([
  ['quotes, formulas, separators and lines', hostileTitle],
  ['a carriage return alone', 'one\rtwo'],
  ['a byte order mark', '\uFEFFtext'],
  ['line separators', 'a\u2028b\u2029c'],
  ['blanks at the ends', '  text  '],
])('writes cells that a manifest reads as they are: %s', async (_what, title) => {
  const row = planned('update', 'a', { values: { task_id: 'a', name: title } });
  const text = [...manifestCsv('r-1', composeManifest([fate(1, 'a', [row])], 'undo of a run').lines)].join('');
  const bytes = Buffer.from(text);
  const manifest = await openManifest({ name: 'undo.csv', open: () => Readable.from([bytes]) });
  const cells: unknown[] = [];
  for await (const chunk of manifest.chunks()) for (const one of chunk) cells.push(one.cells.at(-1));
  expect(cells).toEqual([title === hostileTitle ? hostileCell : title]);
});

it('does not delete what the run made while something that it made below it stays', () => {
  const creation = (number: number, id: string, rows: PlannedRow[], above: string[]) =>
    fate(number, id, rows, { operation: 'create', deletesMade: true, above });
  const below = creation(3, 'low', [], ['clickup:mid', 'clickup:top']);
  const fates = [
    { ...below, coverage: 'changed' as const },
    creation(2, 'mid', [planned('delete', 'mid')], ['clickup:top']),
    creation(1, 'top', [planned('delete', 'top')], []),
    creation(4, 'apart', [planned('delete', 'apart')], []),
  ];
  const composed = composeManifest(fates, 'undo of a run');
  expect(composed.lines.map(({ undoOf }) => undoOf)).toEqual([4]);
  expect(composed.fates.map(({ number, coverage }) => [number, coverage])).toEqual([
    [3, 'changed'],
    [2, 'changed'],
    [1, 'changed'],
    [4, 'whole'],
  ]);
});

it('gives rows that were left to a deletion lines of their own when that deletion is not possible', () => {
  const fates = [
    fate(2, 'made', [planned('set-status', 'made')], { operation: 'set-status' }),
    fate(1, 'made', [{ ...planned('delete', 'made'), refusal: 'It may not be deleted.' }], { deletesMade: true }),
  ];
  const composed = composeManifest(fates, 'undo of a run');
  expect(composed.lines.map(({ operation, undoOf }) => [operation, undoOf])).toEqual([['set-status', 2]]);
  expect(composed.fates.map(({ coverage }) => coverage)).toEqual(['whole', 'none']);
});
