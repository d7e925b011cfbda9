import { describe, expect, test } from 'vitest';
import { describeFault, parseFaults } from '../../src/sandbox/fault-text.js';
import type { FaultRule } from '../../src/sandbox/faults.js';

describe('the text form of fault rules', () => {
  const readings: readonly (readonly [text: string, rule: FaultRule])[] = [
    [
      'clickup:delete:500-after*3',
      {
        match: { service: 'clickup', method: 'DELETE' },
        times: 3,
        fault: { kind: 'status', status: 500, when: 'after' },
      },
    ],
    ['any:reset-before@0.1', { probability: 0.1, fault: { kind: 'reset', when: 'before' } }],
    ['reset', { fault: { kind: 'reset', when: 'before' } }],
    [
      'write:=9hx:hang-after+1',
      { match: { write: true, target: '9hx' }, skip: 1, fault: { kind: 'hang', when: 'after' } },
    ],
    [
      'read:/v2/task/:slow=2000*0',
      { match: { write: false, pathIncludes: '/v2/task/' }, times: 0, fault: { kind: 'slow', ms: 2000 } },
    ],
    ['write:late=500', { match: { write: true }, fault: { kind: 'late', ms: 500 } }],
    ['throttle', { fault: { kind: 'throttle', hint: 'service', seconds: 5 } }],
    ['throttle-date=30', { fault: { kind: 'throttle', hint: 'date', seconds: 30 } }],
    ['502-html', { fault: { kind: 'status', status: 502, when: 'before', body: 'html' } }],
    ['503-empty-after', { fault: { kind: 'status', status: 503, when: 'after', body: 'empty' } }],
    ['500-service', { fault: { kind: 'status', status: 500, when: 'before' } }],
    ['garbage-not-utf8-after', { fault: { kind: 'garbage', form: 'not-utf8', when: 'after' } }],
    [
      'tallyfy:redirect=http://127.0.0.1:9/x*2',
      { match: { service: 'tallyfy' }, times: 2, fault: { kind: 'redirect', location: 'http://127.0.0.1:9/x' } },
    ],
  ];
  test.each(readings)('%s', (text, rule) => {
    expect(parseFaults(text)).toEqual([rule]);
  });

  test('several rules are separated by commas and keep their order', () => {
    expect(parseFaults(' reset , 500-after ').map(({ fault }) => describeFault(fault))).toEqual([
      'reset-before',
      '500-after',
    ]);
  });

  test('an empty text holds no rules', () => {
    expect(parseFaults('')).toEqual([]);
  });
});

describe('a mistake in the text form', () => {
  test.each([
    ['clikcup:500', '"clikcup" is no filter', 'clickup'],
    ['500-befor', '"500-befor" is no fault', 'reset'],
    ['explode', '"explode" is no fault', 'throttle'],
    ['302', '"302" is no fault', '500'],
    ['slow', 'the amount is missing', 'slow=2000'],
    ['late', 'the amount is missing', 'late=2000'],
    ['slow=fast', '"fast" is no amount', 'slow=2000'],
    ['throttle-later', '"later" is no hint', 'service, seconds, date'],
    ['garbage-blue', '"blue" is no form of garbage', 'truncated'],
    ['redirect=', 'the location is missing', 'redirect='],
    ['reset@1.5', '"@1.5" is no probability', '@0.1'],
    ['reset@0', '"@0" is no probability', '@0.1'],
    ['reset*1.5', '"*1.5" is no whole number', '*3'],
    ['reset,,hang', '"" is no fault', 'reset'],
  ])('%s is refused with what is wrong and what is valid', (text, wrong, valid) => {
    expect(() => parseFaults(text)).toThrow(RangeError);
    expect(() => parseFaults(text)).toThrow(wrong);
    expect(() => parseFaults(text)).toThrow(valid);
  });
});

test.each([
  '500-after',
  '502-html-before',
  'reset-before',
  'hang-after',
  'throttle-date',
  'slow=5',
  'late=5',
  'garbage-huge-after',
])('the ledger writes %s in the words of the text form', (text) => {
  const [rule] = parseFaults(text);
  expect(rule && describeFault(rule.fault)).toBe(text.replace(/=.*/, ''));
});
