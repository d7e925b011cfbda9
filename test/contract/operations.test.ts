import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Failure, Result } from '../../src/failure.js';
import { field } from '../../src/json.js';
import type { Done } from '../../src/providers/operation.js';
import { findProvider } from '../../src/providers/registry.js';
import type { Reading, TargetView } from '../../src/providers/target.js';
import type { Fault } from '../../src/sandbox/faults.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { type Connected, connectProvider } from '../support/connected.js';
import { doubtOf, rowContext } from '../support/row-context.js';
import { sampleArgs, sampleOf, targetOperations } from './samples.js';

let sandbox: Sandbox;
let rows = 0;
const open: Connected[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ limit: null });
});

afterEach(async () => {
  sandbox.setFaults([]);
  for (const connected of open.splice(0)) await connected.close();
});

afterAll(async () => {
  await sandbox.close();
});

const never = { attemptStartedAtMs: 0, seenBefore: false };
const seen = { attemptStartedAtMs: 0, seenBefore: true };

describe.each(targetOperations.map((entry) => ({ title: `${entry.provider}.${entry.name}`, entry })))('$title', ({
  entry,
}) => {
  /** A row on a task of its own; with `there` the service holds it, with `done` in the state after the operation. */
  function start(options: { there?: boolean; done?: boolean; environment?: Readonly<Record<string, string>> } = {}) {
    const provider = findProvider(entry.provider);
    if (provider === null) throw new Error(`no provider ${entry.provider}`);
    const connected = connectProvider(provider, { ...sandbox.environment, ...options.environment });
    open.push(connected);
    rows += 1;
    const args = sampleArgs(entry, rows);
    const { done = false } = options;
    if (options.there !== false) {
      sandbox.fill([
        { provider: entry.provider, operation: entry.name, values: args, cells: { Name: `[test] ${rows}` }, done },
      ]);
    }
    const bound = connected.connection.bind(entry.name, args);
    const { connection, writer } = connected;
    const before = sandbox.ledger.effects(entry.provider).length;
    const writesBefore = sandbox.ledger.requests(entry.provider).filter((request) => request.write).length;
    return {
      ...connected,
      bound,
      effects: () =>
        sandbox.ledger
          .effects(entry.provider)
          .slice(before)
          .filter((effect) => effect.kind === (sampleOf(entry).effect ?? entry.name)).length,
      writes: () => sandbox.ledger.requests(entry.provider).filter((request) => request.write).length - writesBefore,
      look: async (): Promise<Reading> => {
        if (bound.target === null) throw new Error('it has no target');
        const [reading] = await connection.lookUp(writer, [bound.target]);
        if (reading === undefined) throw new Error('nothing was read');
        return reading;
      },
    };
  }

  type Row = ReturnType<typeof start>;

  const deletes = /^delete\b/.test(entry.name);

  /** Somebody else deletes the target for good. */
  async function remove(row: Row, target: TargetView): Promise<void> {
    const { kind = 'task' } = row.bound.target ?? {};
    if (kind === 'task') {
      const operation = row.connection.bind('delete', { task_id: target.id });
      expect((await operation.execute(row.writer, null, {}, rowContext())).ok).toBe(true);
      return;
    }
    const values = { [`${kind}_id`]: target.id };
    sandbox.fill([{ provider: entry.provider, operation: `delete-${kind}`, values, cells: {}, done: true }]);
  }

  async function find(row: Row): Promise<TargetView> {
    const reading = await row.look();
    if (reading.kind !== 'found') throw new Error(`${reading.kind}: ${reading.failure.message}`);
    return reading.target;
  }

  async function execute(row: Row, target: TargetView | null): Promise<Result<Done>> {
    const prepared = await row.bound.prepare(row.writer, target);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    return row.bound.execute(row.writer, target, prepared.value, rowContext());
  }

  function strike(fault: Fault): void {
    sandbox.setFaults([{ match: { service: entry.provider, write: true }, times: 1, fault }]);
  }

  function failureOf(result: Result<Done>): Failure {
    if (result.ok) throw new Error('it succeeded');
    expect(result.failure.message).toMatch(/\.$/);
    expect(result.failure.suggestedAction).toMatch(/^[A-Z].*\.$/s);
    return result.failure;
  }

  test('does what it foretold, once, with the requests that it claims', async () => {
    const row = start();
    const target = await find(row);
    const prepared = await row.bound.prepare(row.writer, target);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    expect(JSON.parse(JSON.stringify(prepared.value))).toEqual(prepared.value);
    expect(row.bound.predict(target, prepared.value)).toMatchObject({
      kind: 'will-do',
      changes: [expect.anything()],
    });
    const requestsBefore = row.answers.length;
    expect(await row.bound.execute(row.writer, target, prepared.value, rowContext())).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });
    expect(row.answers.length - requestsBefore).toBe(entry.requestsPerRow);
    expect(row.effects()).toBe(1);
  });

  test('keeps the target as the service sent it, for the snapshot', async () => {
    const row = start();
    const reading = await row.look();
    if (reading.kind !== 'found') throw new Error(reading.failure.message);
    expect(String(field(reading.raw, 'id'))).toBe(reading.target.id);
    expect(JSON.stringify(reading.raw)).toContain(reading.target.title);
    expect(reading.ref).toEqual(row.bound.target);
  });

  test('is certainly not done when the service can not be reached', async () => {
    const name = Object.keys(sandbox.environment).find(
      (variable) => variable.startsWith(entry.provider.toUpperCase()) && variable.endsWith('_BASE_URL'),
    );
    const row = start({ environment: { [name ?? '']: 'http://127.0.0.1:1' } });
    const failure = failureOf(await execute(row, null));
    expect(failure).toMatchObject({ type: 'NETWORK', phase: 'not-sent', effect: 'none', retryable: true });
    expect(await row.look()).toMatchObject({ kind: 'unreadable', failure: { scope: 'service' } });
  });

  test('does the same without a look at the target before', async () => {
    const row = start();
    expect(await execute(row, null)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect([row.effects(), row.writes()]).toEqual([1, 1]);
  });

  test('changes nothing when the target is only looked at', async () => {
    const row = start();
    const target = await find(row);
    await row.bound.prepare(row.writer, target);
    await row.bound.settle(row.writer, await row.look(), doubtOf(seen));
    expect([row.effects(), row.writes()]).toEqual([0, 0]);
  });

  test.runIf(sampleOf(entry).showsDone ?? true)('sees when it is so already, and leaves it at that', async () => {
    const row = start({ done: true });
    const reading = await row.look();
    if (reading.kind === 'found') {
      const prepared = await row.bound.prepare(row.writer, reading.target);
      expect(row.bound.predict(reading.target, prepared.ok ? prepared.value : {})).toMatchObject({
        kind: 'nothing-to-do',
      });
    } else {
      expect(reading).toMatchObject({ kind: 'absent', failure: { type: 'NOT_FOUND' } });
    }
    expect((await row.bound.settle(row.writer, reading, doubtOf({ ...seen }))).kind).toBe('done');
    expect(row.effects()).toBe(0);
  });

  test('blames the row, not the credential, when its target never was', async () => {
    const row = start({ there: false });
    const reading = await row.look();
    expect(reading).toMatchObject({ kind: 'absent', existed: false, failure: { type: 'NOT_FOUND', scope: 'row' } });
    const failure = failureOf(await execute(row, null));
    expect(failure).toMatchObject({ type: 'NOT_FOUND', scope: 'row', effect: 'none', retryable: false });
    expect(row.effects()).toBe(0);
    if (!deletes) {
      expect(await row.bound.settle(row.writer, reading, doubtOf(never))).toMatchObject({
        kind: 'failed',
        failure: { type: 'NOT_FOUND' },
      });
    }
  });

  test('meets a target that went away after it was seen', async () => {
    const row = start();
    const target = await find(row);
    const prepared = await row.bound.prepare(row.writer, target);
    await remove(row, target);
    const effects = row.effects();
    const result = await row.bound.execute(row.writer, target, prepared.ok ? prepared.value : {}, rowContext());
    const outcome = sampleOf(entry).gone ?? 'already';
    if (deletes) expect(result).toMatchObject({ ok: true, value: { outcome } });
    else expect(failureOf(result)).toMatchObject({ type: 'NOT_FOUND', scope: 'row', effect: 'none' });
    expect(row.effects()).toBe(effects);
  });

  test.each<readonly [string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'before' }],
    ['502 with a web page', { kind: 'status', status: 502, when: 'before', body: 'html' }],
    ['503 without a body', { kind: 'status', status: 503, when: 'before', body: 'empty' }],
    ['a broken connection', { kind: 'reset', when: 'before' }],
  ])('is possibly done after %s; reading shows that it was not, and a second try does it', async (_case, fault) => {
    const row = start();
    const target = await find(row);
    strike(fault);
    expect(failureOf(await execute(row, target))).toMatchObject({
      effect: 'possible',
      retryable: true,
      scope: 'service',
    });
    const settled = sampleOf(entry).absenceProves === false ? 'unknown' : 'not-done';
    expect(await row.bound.settle(row.writer, await row.look(), doubtOf(seen))).toMatchObject({ kind: settled });
    expect(await execute(row, target)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    expect(row.effects()).toBe(1);
  });

  test.each<readonly [string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'after' }],
    ['504 with a web page', { kind: 'status', status: 504, when: 'after', body: 'html' }],
    ['a broken connection', { kind: 'reset', when: 'after' }],
    ['half an answer', { kind: 'garbage', form: 'truncated', when: 'after' }],
  ])('is possibly done after %s; reading shows that it was', async (_case, fault) => {
    for (const looks of [true, false]) {
      const row = start();
      const target = looks ? await find(row) : null;
      strike(fault);
      const result = await execute(row, target);
      // A delete that was answered at all is confirmed by its status alone.
      if (!result.ok) expect(failureOf(result)).toMatchObject({ effect: 'possible' });
      const doubt = { attemptStartedAtMs: 0, seenBefore: looks };
      expect(await row.bound.settle(row.writer, await row.look(), doubtOf(doubt))).toMatchObject({ kind: 'done' });
      expect([row.effects(), row.writes()]).toEqual([1, 1]);
    }
  });

  test.each<readonly [string, Fault]>([
    ['a web page', { kind: 'garbage', form: 'html', when: 'after' }],
    ['bytes that are no text', { kind: 'garbage', form: 'not-utf8', when: 'after' }],
  ])('does not take %s for a completion', async (_case, fault) => {
    const row = start();
    const target = await find(row);
    strike(fault);
    const result = await execute(row, target);
    expect(failureOf(result)).toMatchObject({ code: 'UNEXPECTED_ANSWER', effect: 'possible' });
    expect(await row.bound.settle(row.writer, await row.look(), doubtOf(seen))).toMatchObject({ kind: 'done' });
  });

  test('can not be settled while the service is not readable', async () => {
    const row = start();
    sandbox.setFaults([
      { match: { service: entry.provider }, times: 0, fault: { kind: 'status', status: 503, when: 'before' } },
    ]);
    const reading = await row.look();
    expect(reading).toMatchObject({ kind: 'unreadable', failure: { effect: 'none', retryable: true } });
    expect(await row.bound.settle(row.writer, reading, doubtOf(seen))).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    'service',
    'seconds',
    'date',
    'none',
    'html',
  ] as const)('knows a limit told in the form "%s"', async (hint) => {
    const row = start();
    const target = await find(row);
    strike({ kind: 'throttle', hint, seconds: 7 });
    expect(failureOf(await execute(row, target))).toMatchObject({
      type: 'RATE_LIMIT',
      effect: 'none',
      retryable: true,
    });
    const answer = row.answers.at(-1);
    const throttle = answer === undefined ? null : row.connection.throttle(answer, Date.now());
    expect(throttle?.reason).toContain('429');
    if (hint === 'seconds') expect(throttle?.waitMs).toBe(7_000);
    if (hint === 'date') expect(throttle?.waitMs).toBeGreaterThanOrEqual(6_000);
    expect([
      row.effects(),
      row.answers.filter((one) => row.connection.throttle(one, Date.now()) !== null).length,
    ]).toEqual([0, 1]);
  });

  test('takes a redirect for an answer and follows none', async () => {
    const row = start();
    const target = await find(row);
    strike({ kind: 'redirect', location: 'https://evil.example/?token=1' });
    expect(failureOf(await execute(row, target))).toMatchObject({
      type: 'API_ERROR',
      code: 'UNEXPECTED_REDIRECT',
      effect: 'none',
    });
    expect([row.effects(), row.writes()]).toEqual([0, 1]);
  });

  test('stops the run at a bad credential and names it', async () => {
    const [token = ''] = Object.keys(sandbox.environment).filter(
      (name) => /TOKEN|API_KEY/.test(name) && name.startsWith(entry.provider.toUpperCase()),
    );
    const row = start({ environment: { [token]: `${sandbox.environment[token]}_unknown` } });
    expect(await row.look()).toMatchObject({ kind: 'unreadable', failure: { type: 'AUTH', scope: 'credential' } });
    const failure = failureOf(await execute(row, null));
    expect(failure).toMatchObject({ type: 'AUTH', scope: 'credential', effect: 'none', retryable: false });
    expect(row.effects()).toBe(0);
  });

  test('repeats no secret that the service repeats', async () => {
    const row = start();
    const target = await find(row);
    strike({ kind: 'garbage', form: 'echo-token', when: 'before' });
    const failure = failureOf(await execute(row, target));
    for (const secret of row.connection.address.secrets) expect(JSON.stringify(failure)).not.toContain(secret);
    expect(failure.message).toContain('is not liked here');
  });
});
