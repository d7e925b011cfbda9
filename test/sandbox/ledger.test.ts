import { expect, test } from 'vitest';
import { type Arrival, Ledger } from '../../src/sandbox/ledger.js';

function arrival(atMs: number, service: string | null = 'clickup', write = false): Arrival {
  return { atMs, wallMs: 1_800_000_000_000 + atMs, service, credential: null, method: 'GET', path: '/x', write };
}

function ledgerAt(timesMs: readonly number[], capacity = 100): Ledger {
  const ledger = new Ledger(capacity);
  for (const atMs of timesMs) ledger.open(arrival(atMs));
  return ledger;
}

test('the highest window rolls: it finds the densest stretch wherever it begins', () => {
  expect(ledgerAt([0, 900, 950, 1000, 1850, 1899, 1900]).highestWindow('clickup', 1000)).toBe(5);
});

test('two requests exactly one window apart share no window', () => {
  expect(ledgerAt([0, 1000, 2000]).highestWindow('clickup', 1000)).toBe(1);
  expect(ledgerAt([0, 999.999]).highestWindow('clickup', 1000)).toBe(2);
});

test('the highest window of one service ignores the others', () => {
  const ledger = ledgerAt([0, 1]);
  ledger.open(arrival(2, 'tallyfy'));
  ledger.open(arrival(3, null));
  expect(ledger.highestWindow('clickup', 1000)).toBe(2);
  expect(ledger.highestWindow('bitrix24', 1000)).toBe(0);
});

test('beyond its capacity it drops the oldest requests and goes on counting', () => {
  const ledger = ledgerAt([0, 1, 2, 3, 4], 3);
  expect(ledger.requests().map(({ n }) => n)).toEqual([3, 4, 5]);
  expect(ledger.counts().requests).toBe(5);
  expect(ledger.counts().services.clickup?.requests).toBe(5);
});

test('an effect names the request that caused it', () => {
  const ledger = ledgerAt([0]);
  const request = ledger.open(arrival(5, 'clickup', true));
  ledger.noteEffect(request, { kind: 'delete', target: '9hx', detail: { name: 'A' } }, 6);
  expect(ledger.effects()).toEqual([
    { n: 1, request: 2, service: 'clickup', atMs: 6, kind: 'delete', target: '9hx', detail: { name: 'A' } },
  ]);
});

test('counts tell writes, statuses, faults and kinds of effects per service', () => {
  const ledger = new Ledger(10);
  const request = ledger.open(arrival(0, 'clickup', true));
  ledger.noteFault(request, '500-after');
  ledger.noteEffect(request, { kind: 'delete', target: '9hx' }, 0);
  ledger.noteAnswer(request, 500);
  ledger.noteAnswer(ledger.open(arrival(1, 'tallyfy')), 200);
  expect(ledger.counts()).toEqual({
    requests: 2,
    effects: 1,
    services: {
      clickup: {
        requests: 1,
        writes: 1,
        effects: 1,
        statuses: { 500: 1 },
        faults: { '500-after': 1 },
        kinds: { delete: 1 },
      },
      tallyfy: { requests: 1, writes: 0, effects: 0, statuses: { 200: 1 }, faults: {}, kinds: {} },
    },
  });
});

test('credentials get nicknames in order of appearance', () => {
  const ledger = new Ledger(10);
  expect(['a', 'b', 'a'].map((token) => ledger.nickname('clickup', token))).toEqual(['c1', 'c2', 'c1']);
  expect(ledger.nickname('tallyfy', 'a')).toBe('c3');
});

test('a reset starts everything from one again', () => {
  const ledger = ledgerAt([0, 1]);
  ledger.reset();
  expect(ledger.counts()).toEqual({ requests: 0, effects: 0, services: {} });
  expect(ledger.open(arrival(2)).n).toBe(1);
});

test('a capacity below 1 is refused', () => {
  expect(() => new Ledger(0)).toThrow(RangeError);
});
