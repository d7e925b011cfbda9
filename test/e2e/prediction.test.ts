/** A plan of 2,000 rows on tasks of all kinds and states comes true, and what changed in between is left alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../src/json.js';
import { judgePair } from '../../src/plan/pair-rules.js';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import type { SandboxRow } from '../../src/sandbox/service.js';
import { planRows } from '../../src/state/plan-reads.js';
import { openRunDatabase } from '../../src/state/run-database.js';
import { openSqlite } from '../../src/state/sqlite.js';
import { catalogue, findEntry, sampleArgs, toJson } from '../contract/samples.js';
import { createOtherHand } from '../support/other-hand.js';
import { useScene } from '../support/scene.js';

const { here, sandbox, workplace } = useScene({ now: () => Date.now() + laterMs });
/** How far the services' clock is ahead. */
let laterMs = 0;

beforeEach(() => {
  laterMs = 0;
});

const flags = ['--rate', '0', '--no-progress'];

interface Row {
  readonly entry: CatalogueEntry;
  readonly args: JsonObject;
}

async function plan(rows: readonly Row[]): Promise<string> {
  const lines = rows.map(({ entry, args }) =>
    JSON.stringify({ provider: entry.provider, operation: entry.name, ...args }),
  );
  writeFileSync(join(workplace.dir, 'rows.jsonl'), `${lines.join('\n')}\n`);
  const { stdout, stderr } = await here('plan', 'rows.jsonl', ...flags);
  const run = /Plan (\S+)/.exec(stdout)?.[1];
  if (run === undefined) throw new Error(`no plan: ${stderr}`);
  return run;
}

interface Standing {
  readonly state: string;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** How the rows stand, in manifest order. */
function standings(run: string): Standing[] {
  const database = openSqlite(join(workplace.runFolder(run), 'run.db'));
  const rows = database.prepare('SELECT state, outcome, error_code, message FROM row ORDER BY number').all();
  database.close();
  const text = (row: unknown, name: string): string | null => {
    const value =
      typeof row === 'object' && row !== null ? Object.entries(row).find(([key]) => key === name)?.[1] : null;
    return typeof value === 'string' ? value : null;
  };
  return rows.map((row) => ({
    state: text(row, 'state') ?? '',
    outcome: text(row, 'outcome'),
    code: text(row, 'error_code'),
    message: text(row, 'message'),
  }));
}

/** What each row is to change, as JSON text; null for rows of which nothing is read, as they make something. */
function plannedChanges(run: string): (string | null)[] {
  const database = openRunDatabase(join(workplace.runFolder(run), 'run.db'), 'read');
  const changes = [...planRows(database)].map((row) => (row.seen === null ? null : JSON.stringify(row.changes)));
  database.close();
  return changes;
}

/** What rows were to change by what was read just before them, where that was kept; by their numbers. */
function changesFound(run: string): Map<number, string> {
  const database = openSqlite(join(workplace.runFolder(run), 'run.db'));
  const rows = z
    .array(z.object({ number: z.number(), changes: z.string() }))
    .parse(database.prepare('SELECT number, changes FROM reread').all());
  database.close();
  return new Map(rows.map(({ number, changes }) => [number, changes]));
}

/** Tallyfy takes so many of them an hour. */
const seldom = new Set(['comment', 'report-problem', 'resolve-problem']);

/** Rows of every operation; most can be done, some are so already, some have no target, some find it in another state. */
function everyKind(count: number): { rows: Row[]; fill: SandboxRow[] } {
  const rows: Row[] = [];
  const fill: SandboxRow[] = [];
  for (let n = 1; rows.length < count; n++) {
    for (const entry of catalogue) {
      if (rows.length === count || (seldom.has(entry.name) && n > 25)) continue;
      const args = sampleArgs(entry, rows.length + 1);
      const unique =
        entry.target(args) === null ? { [entry.provider === 'clickup' ? 'name' : 'title']: `Made ${rows.length}` } : {};
      rows.push({ entry, args: { ...args, ...unique } });
      const dice = (n * 7 + rows.length * 3) % 20;
      const base = { provider: entry.provider, values: args, cells: { title: `[test] ${rows.length}` } };
      const elsewhere = entry.provider === 'tallyfy' && /run|tag/.test(entry.name) ? entry.name : 'complete';
      if (dice < 13) fill.push({ ...base, operation: entry.name, done: false });
      else if (dice < 16) fill.push({ ...base, operation: entry.name, done: true });
      else if (dice < 18) fill.push({ ...base, operation: elsewhere, done: true });
    }
  }
  return { rows, fill };
}

/** Plans rows and applies the plan, and gives how they stood then and those that came to something else than was foretold. */
async function planAndApply(rows: readonly Row[]) {
  const run = await plan(rows);
  const foretold = standings(run);
  const changes = plannedChanges(run);
  const { stdout, exitCode } = await here('apply', run, '--yes', ...flags);
  expect([exitCode, stdout]).toEqual([3, expect.not.stringContaining('Stopped')]);
  const came = standings(run);
  const foundChanges = changesFound(run);
  const wrong = foretold.flatMap(({ state }, index) => {
    const [row, before, now] = [rows[index], rows[index - 1], came[index]];
    // What the row before leaves nothing to do for is looked at when it is its turn. What is read then is as was foretold.
    const outcome = changes[index] === '[]' ? 'already' : 'done';
    const asForetold = now?.state === (state === 'pending' ? 'succeeded' : state);
    const names = { before: before?.entry.name, row: `${row?.entry.provider}.${row?.entry.name}` };
    const found = foundChanges.get(index + 1) ?? changes[index];
    const isTrue = state !== 'pending' || (now?.outcome === outcome && found === changes[index]);
    return asForetold && isTrue ? [] : [{ ...names, foretold: state, changes: changes[index], found, ...now }];
  });
  return { foretold, wrong };
}

it('does for every one of 2,000 rows what the plan said, when nothing changed in between', async () => {
  const { rows, fill } = everyKind(2_000);
  sandbox.fill(fill);
  const { foretold, wrong } = await planAndApply(rows);
  expect(wrong).toEqual([]);
  const states = foretold.map(({ state }) => state);
  const counted = Object.fromEntries(
    ['pending', 'skipped', 'failed'].map((state) => [state, states.filter((one) => one === state).length]),
  );
  // The tasks were of all kinds.
  expect(Object.values(counted).reduce((sum, rows) => sum + rows, 0)).toBe(2_000);
  expect(Math.min(...Object.values(counted))).toBeGreaterThan(100);
}, 120_000);

/** What else rows of an operation may ask for, in cells beside those of its sample. */
const otherForms: Readonly<Record<string, readonly JsonObject[]>> = {
  'clickup.complete': [{ status: 'complete' }],
  'clickup.set-status': [{ status: 'to do' }, { status: 'complete' }],
  'clickup.add-tag': [{ tag: 'another' }],
  'clickup.remove-tag': [{ tag: 'another' }],
  'clickup.assign': [{ assignees: ['81234567', '81234568'] }],
  'clickup.unassign': [{ assignees: ['81234567'] }],
  'clickup.set-field': [{ value: 'production' }, { value: null, clear: true }, { field: 'Effort', value: '5' }],
  'clickup.update': [
    { name: null, status: 'complete' },
    { custom_item_id: 1 },
    { due_date: '2026-12-24' },
    { name: null, clear: ['due_date'] },
  ],
  'clickup.move': [{ to_list_id: '901000000001' }],
  'tallyfy.set-fields': [{ fields: { Comment: 'Paid in part' } }],
  'tallyfy.update': [{ title: null, summary: 'What it is about' }, { owners: { users: [48213] } }],
  'bitrix24.update': [{ title: null, priority: 'high' }, { tags: ['one', 'two'] }],
};

function formsOf(entry: CatalogueEntry): ReadonlyArray<(n: number) => JsonObject> {
  const form = (cells: JsonObject) => (n: number) => {
    const given = Object.entries({ ...sampleArgs(entry, n), ...cells }).filter(([, value]) => value !== null);
    return toJson(entry.schema.parse(Object.fromEntries(given)));
  };
  return [{}, ...(otherForms[`${entry.provider}.${entry.name}`] ?? [])].map(form);
}

/** Each two rows that may follow each other on one task, which is made for one of them, or had it done before. */
function everyPair(): { rows: Row[]; fill: SandboxRow[] } {
  const rows: Row[] = [];
  const fill: SandboxRow[] = [];
  const followsOn = catalogue
    .filter((entry) => entry.target(sampleArgs(entry, 1)) !== null && entry.name !== 'comment')
    .flatMap((entry) => formsOf(entry).map((argsOf) => ({ entry, argsOf })));
  for (const first of followsOn) {
    for (const second of followsOn) {
      const [one, two] = [first.entry, second.entry];
      const ofOneKind =
        one.provider === two.provider && one.target(first.argsOf(1))?.kind === two.target(second.argsOf(1))?.kind;
      if (!ofOneKind || judgePair(one, two, first === second) !== 'sequence') continue;
      for (const [made, done] of [
        [first, false],
        [first, true],
        [second, false],
        [second, true],
      ] as const) {
        // An hour takes so many of them.
        if (done && (seldom.has(one.name) || seldom.has(two.name))) continue;
        const n = rows.length + 1;
        rows.push({ entry: one, args: first.argsOf(n) }, { entry: two, args: second.argsOf(n) });
        const { provider, name } = made.entry;
        fill.push({ provider, operation: name, values: made.argsOf(n), cells: { title: `[test] ${n}` }, done });
      }
    }
  }
  return { rows, fill };
}

it('does what the plan said of two rows on one target, whatever the first one does to it', async () => {
  const { rows, fill } = everyPair();
  sandbox.fill(fill);
  const { foretold, wrong } = await planAndApply(rows);
  expect(wrong).toEqual([]);
  const told = foretold.filter(({ state, message }) => state === 'failed' && message?.startsWith('Once row '));
  expect(told.length).toBeGreaterThan(10);
}, 120_000);

const services = ['clickup', 'tallyfy', 'bitrix24'] as const;
type Service = (typeof services)[number];

/** What another hand does to a task that is about to be deleted. */
const meddlings: Readonly<
  Record<Service, ReadonlyArray<readonly [operation: string, cells: Readonly<Record<string, unknown>>]>>
> = {
  clickup: [
    ['update', { name: 'Somebody uses it' }],
    ['set-status', { status: 'in progress' }],
    ['move', { to_list_id: '901000000004' }],
    ['assign', { assignees: '81234568' }],
    ['update', { description: 'Notes' }],
    ['delete', {}],
  ],
  tallyfy: [
    ['update', { title: 'Somebody uses it' }],
    ['complete', {}],
    ['update', { owners: '{"users":[777]}' }],
    ['update', { summary: 'Notes' }],
    ['delete', {}],
  ],
  bitrix24: [
    ['update', { title: 'Somebody uses it' }],
    ['defer', {}],
    ['update', { group_id: '12' }],
    ['update', { responsible_id: '3' }],
    ['update', { description: 'Notes' }],
    ['delete', {}],
  ],
};

it('blocks or settles each of 200 targets that changed at random, and does the other 1,800', async () => {
  const rows = Array.from({ length: 2_000 }, (_, index) => {
    const entry = findEntry(services[index % 3] ?? 'clickup', 'delete');
    return { entry, args: sampleArgs(entry, index + 1) };
  });
  const before = ['delete', 'update', 'reopen'];
  sandbox.fill(
    rows.map(({ entry, args }, index) => ({
      provider: entry.provider,
      operation: before[index % before.length] ?? 'delete',
      values: args,
      cells: { title: `[test] ${index}` },
      done: false,
    })),
  );
  const run = await plan(rows);
  const toDo = standings(run).flatMap(({ state }, index) => (state === 'pending' ? [index] : []));
  expect(toDo).toHaveLength(2_000);
  laterMs += 2_000;
  const seed = Number(process.env.TASKBATCH_SEED ?? Date.now() % 1_000_000);
  const [changed = []] = fc.sample(fc.shuffledSubarray(toDo, { minLength: 200, maxLength: 200 }), { numRuns: 1, seed });
  const other = createOtherHand(sandbox.environment);
  const gone = new Set<number>();
  for (const [turn, index] of changed.entries()) {
    const provider = services[index % 3] ?? 'clickup';
    const [operation, cells] = meddlings[provider][turn % meddlings[provider].length] ?? ['delete', {}];
    await other.change(provider, operation, { task_id: rows[index]?.args.task_id, ...cells });
    if (operation === 'delete') gone.add(index);
  }
  await other.close();
  const deletedByOther = await deletions();
  const { stdout, exitCode } = await here('apply', run, '--yes', ...flags);
  expect([exitCode, stdout]).toEqual([3, expect.not.stringContaining('Stopped')]);
  const came = standings(run);
  const wrong = came.flatMap((now, index) => {
    const wanted = gone.has(index)
      ? ['succeeded', 'already']
      : changed.includes(index)
        ? ['blocked', null]
        : ['succeeded', 'done'];
    return now.state === wanted[0] && now.outcome === wanted[1] ? [] : [{ seed, index, wanted, ...now }];
  });
  expect(wrong).toEqual([]);
  // By the services' own books: no task was deleted twice, and none that changed was deleted by us.
  expect((await deletions()) - deletedByOther).toBe(1_800);
}, 120_000);

async function deletions(): Promise<number> {
  return (await sandbox.ledger()).effects.filter(({ kind }) => kind === 'delete').length;
}
