import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRowGate, heldAtMost, type Release, type RowGate } from '../../src/run/row-gate.js';
import { connectDependencies } from '../../src/state/row-links.js';
import { insertRows, storeKind, writeRowResult } from '../../src/state/row-writes.js';
import { createRunDatabase, type RunDatabase } from '../../src/state/run-database.js';

const done = {
  to: 'succeeded',
  outcome: 'done',
  message: null,
  failure: null,
  httpStatus: 200,
  requestId: null,
  url: null,
  createdId: '86made',
  completedAtMs: null,
  finishedAtMs: 1,
  requests: 1,
} as const;

let folder: string;
let database: RunDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskbatch-gate-'));
  database = createRunDatabase(join(folder, 'run.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Spec {
  readonly provider?: string;
  readonly target?: string;
  readonly after?: readonly number[];
}

const row = (number: number, { provider = 'clickup', target }: Spec = {}) => ({
  number,
  provider,
  thing: target === undefined ? null : `${provider}:${target}`,
});

/** A gate over rows that have the keys `k1`, `k2`, … */
function gateOver(specs: readonly Spec[], flush: () => void = () => {}) {
  const kinds = new Map(['clickup', 'bitrix24'].map((provider) => [provider, storeKind(database, provider, 'create')]));
  insertRows(
    database,
    specs.map(({ provider = 'clickup', after = [], target }, index) => ({
      number: index + 1,
      line: index + 2,
      kind: kinds.get(provider) ?? 0,
      cells: [],
      target: target ?? null,
      args: '{}',
      state: 'pending',
      reason: null,
      links: {
        key: `k${index + 1}`,
        makes: true,
        template: null,
        namesTarget: false,
        needs: after.map((number) => ({ key: `k${number}`, column: 'after', text: `k${number}`, takesId: false })),
      },
    })),
  );
  connectDependencies(database);
  const gate = createRowGate(database, { flush });
  if (gate === null) throw new Error('no row waits');
  gate.open('clickup');
  gate.open('bitrix24');
  const rows = specs.map((spec, index) => row(index + 1, spec));
  for (const provider of ['clickup', 'bitrix24']) gate.read(rows.filter((one) => one.provider === provider));
  const admit = (number: number) => admitted(gate, rows[number - 1] ?? row(0));
  return { gate, rows, admit, at: (number: number) => rows[number - 1] ?? row(0) };
}

/** Admits a row as the loop does, and tells what came of it so far. */
function admitted(gate: RowGate, one: ReturnType<typeof row>): { release: Release | null } {
  const release = gate.admit(one);
  const told: { release: Release | null } = {
    release: release === 'hold' ? null : (release ?? { kind: 'go', dependencies: [] }),
  };
  gate.enter(one, true);
  if (release === 'hold') {
    gate.hold(one, (end) => {
      told.release = end;
      if (end.kind === 'stays') gate.leave(one);
    });
  }
  return told;
}

it('is not there at all when no row waits for another', () => {
  expect(createRowGate(database, { flush: () => {} })).toBeNull();
});

it('lets a row go when the last of those that it waits for has ended, with what they brought', () => {
  const { gate, admit, at } = gateOver([{}, { provider: 'bitrix24' }, { after: [1, 2] }]);
  for (const number of [1, 2]) expect(admit(number).release).toMatchObject({ kind: 'go' });
  const third = admit(3);
  gate.end(at(1), done);
  expect(third.release).toBeNull();
  gate.end(at(2), { ...done, createdId: '77' });
  expect(third.release).toMatchObject({
    kind: 'go',
    dependencies: [
      { key: 'k1', createdId: '86made' },
      { key: 'k2', createdId: '77' },
    ],
  });
});

it('knows from the state what ended before, after what waits to be written is written', () => {
  let waits = true;
  const { admit } = gateOver([{}, { after: [1] }], () => {
    if (waits) writeRowResult(database, 1, 'checked', done);
    waits = false;
  });
  expect(admit(2).release).toMatchObject({ kind: 'go', dependencies: [{ createdId: '86made' }] });
});

it.each([
  [
    'failed',
    { to: 'failed', outcome: null, message: 'Refused' },
    /^Row 1 \(line 2\), which it waits for, failed: Refused\.$/,
  ],
  ['unknown', { to: 'unknown', outcome: null }, /may or may not have happened\.$/],
] as const)('blocks a row that waits for one that is %s', (_state, end, message) => {
  const { gate, admit, at } = gateOver([{}, { after: [1] }]);
  admit(1);
  const second = admit(2);
  gate.end(at(1), { ...done, ...end });
  expect(second.release).toMatchObject({ kind: 'blocked', failure: { type: 'GUARD', code: 'DEPENDENCY' } });
  expect(second.release?.kind === 'blocked' && second.release.failure.message).toMatch(message);
});

it('works off a long chain without a deep stack', () => {
  const length = 900;
  const { gate, rows } = gateOver(Array.from({ length }, (_, index) => (index === 0 ? {} : { after: [index] })));
  let blocked = 0;
  for (const one of rows) {
    const release = gate.admit(one);
    gate.enter(one, true);
    if (release !== 'hold') continue;
    gate.hold(one, () => {
      blocked += 1;
      gate.end(one, { ...done, to: 'blocked', outcome: null });
    });
  }
  gate.end(row(1), { ...done, to: 'failed', outcome: null });
  expect(blocked).toBe(length - 1);
});

describe('a service that stops', () => {
  it('lets rows elsewhere stay that wait for those that it has not reached', () => {
    const { gate, admit } = gateOver([{}, { provider: 'bitrix24', after: [1] }, { provider: 'bitrix24', after: [2] }]);
    const [second, third] = [admit(2), admit(3)];
    gate.close('clickup');
    expect([second.release, third.release]).toEqual([{ kind: 'stays' }, { kind: 'stays' }]);
  });

  it('waits for rows in work, whose end still counts', () => {
    const { gate, admit, at } = gateOver([{}, { provider: 'bitrix24', after: [1] }]);
    admit(1);
    const second = admit(2);
    gate.close('clickup');
    expect(second.release).toBeNull();
    gate.end(at(1), done);
    expect(second.release).toMatchObject({ kind: 'go' });
  });

  it('lets its own held rows stay, and those that come later on', async () => {
    const { gate, admit } = gateOver([{ provider: 'bitrix24' }, { after: [1] }, { provider: 'bitrix24', after: [2] }]);
    const second = admit(2);
    gate.close('clickup');
    expect(second.release).toEqual({ kind: 'stays' });
    await gate.drained('clickup');
    admit(1);
    expect(admit(3).release).toEqual({ kind: 'stays' });
  });

  it('lets rows stay that are read after it stopped, unless what they wait for is still in work', () => {
    const { gate, admit, at } = gateOver([
      {},
      {},
      { provider: 'bitrix24', after: [1] },
      { provider: 'bitrix24', after: [2] },
    ]);
    admit(1);
    gate.close('clickup');
    gate.read([at(3), at(4)]);
    const [third, fourth] = [admit(3), admit(4)];
    expect([third.release, fourth.release]).toEqual([null, { kind: 'stays' }]);
    gate.end(at(1), done);
    expect(third.release).toMatchObject({ kind: 'go' });
  });

  it('is not confused by a row that was settled as not done, and is still to come', () => {
    const { gate, admit, at } = gateOver([{}, { provider: 'bitrix24', after: [1] }]);
    gate.enter(at(1), false);
    const second = admit(2);
    gate.end(at(1), { ...done, to: 'pending', outcome: null });
    expect(second.release).toBeNull();
    admit(1);
    gate.end(at(1), done);
    expect(second.release).toMatchObject({ kind: 'go' });
  });
});

it('keeps rows on one target in manifest order, also behind one that is held', () => {
  const { gate, admit, at } = gateOver([
    { provider: 'bitrix24' },
    { after: [1], target: 'x' },
    { target: 'x' },
    { target: 'y' },
  ]);
  admit(1);
  const [second, third, other] = [admit(2), admit(3), admit(4)];
  expect([second.release, third.release]).toEqual([null, null]);
  expect(other.release).toMatchObject({ kind: 'go' });
  gate.end(at(1), done);
  expect(second.release).toMatchObject({ kind: 'go' });
  expect(third.release).toBeNull();
  gate.end(at(2), { ...done, to: 'failed', outcome: null });
  expect(third.release).toMatchObject({ kind: 'go' });
});

it('holds a bounded number of rows', async () => {
  const { gate, rows, at } = gateOver([
    { provider: 'bitrix24' },
    ...Array.from({ length: heldAtMost + 1 }, () => ({ after: [1] })),
  ]);
  gate.enter(at(1), true);
  for (const one of rows.slice(1, heldAtMost + 1)) {
    await gate.room('clickup');
    admitted(gate, one);
  }
  let room = false;
  const asked = gate.room('clickup').then(() => {
    room = true;
  });
  await Promise.resolve();
  expect(room).toBe(false);
  gate.end(at(1), done);
  await asked;
  expect(room).toBe(true);
});
