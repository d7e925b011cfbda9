import { expect, test } from 'vitest';
import { createPauseTeller } from '../../src/run/pause-teller.js';

function setUp() {
  const told: string[] = [];
  const teller = createPauseTeller('toy', {
    paused: ({ title, untilMs }) => told.push(`${title} until ${untilMs}`),
    resumed: () => told.push('resumed'),
  });
  return { told, service: teller.holder('Toy'), own: teller.holder('taskbatch for Toy') };
}

test('the longer of two pauses is told, and the end when both are over', () => {
  const { told, service, own } = setUp();
  own.begin({ untilMs: 15, reason: '5 rows failed' });
  service.begin({ untilMs: 60, reason: '429' });
  own.end();
  service.end();
  expect(told).toEqual(['taskbatch for Toy until 15', 'Toy until 60', 'resumed']);
});

test('the shorter one is told when the longer is over before it', () => {
  const { told, service, own } = setUp();
  service.begin({ untilMs: 60, reason: '429' });
  own.begin({ untilMs: 15, reason: '5 rows failed' });
  service.end();
  own.end();
  expect(told).toEqual(['Toy until 60', 'taskbatch for Toy until 15', 'resumed']);
});

test('a pause that grows is told again, one that ended is not ended twice', () => {
  const { told, service } = setUp();
  service.end();
  service.begin({ untilMs: 60, reason: '429' });
  service.begin({ untilMs: 90, reason: '429' });
  service.end();
  service.end();
  expect(told).toEqual(['Toy until 60', 'Toy until 90', 'resumed']);
});
