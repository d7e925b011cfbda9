/** Every operation when the service says no: to the user, to the values, to the pace, to the credential. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TargetView } from '../../src/providers/target.js';
import { type ContractRow, failureOf, type Rows, serveRows, titled } from './rows.js';
import { catalogue, sampleOf, targetOperations } from './samples.js';

let rows: Rows;
beforeAll(async () => {
  rows = await serveRows();
});
afterEach(async () => {
  await rows.calmDown();
});
afterAll(async () => {
  await rows.close();
});

/** The status with which each service refuses values. */
const validationStatus: Readonly<Record<string, number>> = { tallyfy: 422, clickup: 400, bitrix24: 400 };

const targetOf = async (row: ContractRow): Promise<TargetView | null> =>
  row.bound.target === null ? null : row.find();
const refusedRow = { scope: 'row', effect: 'none', phase: 'answered', retryable: false };

describe.each(titled(catalogue))('$title', ({ entry }) => {
  test.runIf(sampleOf(entry).anyoneMay !== true)(
    'without the right to fails alone, says whom to ask, and leaves the thing as it was for others',
    async () => {
      const row = rows.start(entry);
      if (row.bound.target !== null) await rows.showToMember(row);
      const effects = row.effects();
      const member = row.asMember();
      for (const target of [await targetOf(member), null]) {
        expect(failureOf(await member.execute(target))).toMatchObject({
          ...refusedRow,
          type: 'FORBIDDEN',
          suggestedAction: expect.stringMatching(/right|administrator/),
        });
      }
      expect(member.effects()).toBe(0);
      expect(await row.execute(await targetOf(row))).toMatchObject({ ok: true, value: { outcome: 'done' } });
      expect(row.effects()).toBe(effects + 1);
    },
  );

  test('refused for its values fails alone, and does nothing', async () => {
    const row = rows.start(entry);
    const target = await targetOf(row);
    rows.strike(entry, { kind: 'status', status: validationStatus[entry.provider] ?? 400, when: 'before' });
    expect(failureOf(await row.execute(target))).toMatchObject({ ...refusedRow, type: 'VALIDATION' });
    expect([row.effects(), row.writes()]).toEqual([0, 1]);
    expect(await row.execute(target)).toMatchObject({ ok: true });
  });

  test.each([
    'service',
    'seconds',
    'date',
    'none',
    'html',
  ] as const)('knows a limit told in the form "%s"', async (hint) => {
    const row = rows.start(entry);
    const target = await targetOf(row);
    rows.strike(entry, { kind: 'throttle', hint, seconds: 7 });
    expect(failureOf(await row.execute(target))).toMatchObject({
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
    const row = rows.start(entry);
    const target = await targetOf(row);
    rows.strike(entry, { kind: 'redirect', location: 'https://evil.example/?token=1' });
    expect(failureOf(await row.execute(target))).toMatchObject({
      type: 'API_ERROR',
      code: 'UNEXPECTED_REDIRECT',
      effect: 'none',
    });
    expect([row.effects(), row.writes()]).toEqual([0, 1]);
  });

  test('stops the run at a bad credential and names it', async () => {
    const credential = rows.credentialOf(entry);
    const row = rows.start(entry, {
      environment: { [credential]: `${rows.sandbox.environment[credential]}_unknown` },
    });
    if (row.bound.target !== null) {
      expect(await row.look()).toMatchObject({ kind: 'unreadable', failure: { type: 'AUTH', scope: 'credential' } });
    }
    const failure = failureOf(await row.execute(null));
    expect(failure).toMatchObject({ type: 'AUTH', scope: 'credential', effect: 'none', retryable: false });
    expect(row.effects()).toBe(0);
  });

  test('repeats no secret that the service repeats', async () => {
    const row = rows.start(entry);
    const target = await targetOf(row);
    rows.strike(entry, { kind: 'garbage', form: 'echo-token', when: 'before' });
    const failure = failureOf(await row.execute(target));
    for (const secret of row.connection.address.secrets) expect(JSON.stringify(failure)).not.toContain(secret);
    expect(failure.message).toContain('is not liked here');
  });
});

describe.each(titled(targetOperations))('$title on a thing that may not be seen', ({ entry }) => {
  // Bitrix24 does not tell it from one that is not there, and its 403 speaks of the key.
  test.runIf(entry.provider === 'bitrix24')('fails alone, like one that is not there', async () => {
    const member = rows.start(entry).asMember();
    const failure = { type: 'NOT_FOUND', scope: 'row', suggestedAction: expect.stringContaining('may see') };
    expect(await member.look()).toMatchObject({ kind: 'absent', failure });
    const refusal = failureOf(await member.execute(null));
    expect(['NOT_FOUND', 'FORBIDDEN']).toContain(refusal.type);
    expect(refusal).toMatchObject(refusedRow);
    expect(member.effects()).toBe(0);
  });

  test.runIf(entry.provider !== 'bitrix24')('fails alone, as a refusal', async () => {
    const row = rows.start(entry);
    rows.strike(entry, { kind: 'status', status: 403, when: 'before' }, false);
    expect(await row.look()).toMatchObject({
      kind: 'unreadable',
      failure: { ...refusedRow, type: 'FORBIDDEN', suggestedAction: expect.stringMatching(/right/) },
    });
    expect((await row.look()).kind).toBe('found');
  });
});
