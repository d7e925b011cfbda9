import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { parseDuration } from '../../src/job/duration.js';
import { parseJob } from '../../src/job/load-job.js';
import { type PlanFlags, resolveSettings } from '../../src/job/resolve-settings.js';

const job = parseJob(
  'provider: clickup\noperation: delete\nlimits: { requests_per_minute: 60 }\nguards: { max_rows: 5, stop_after: { failed: 3 } }\n',
  'job.yaml',
);

describe('settings', () => {
  it('are the job with the flags laid over it', () => {
    expect(resolveSettings(job, 'job.yaml', { rate: 30, operation: 'complete' })).toMatchObject({
      provider: 'clickup',
      operation: 'complete',
      requestsPerMinute: 30,
      maxRows: 5,
      stopAfterFailed: 3,
    });
  });

  it('keep the job where no flag speaks', () => {
    expect(resolveSettings(job, 'job.yaml', {})).toMatchObject({
      operation: 'delete',
      requestsPerMinute: 60,
      pace: 'even',
      look: 'all',
    });
  });

  it('take --rate 0 for no limit, not for the default', () => {
    expect(resolveSettings(job, 'job.yaml', { rate: 0 }).requestsPerMinute).toBe(0);
  });

  it('let --stop-after replace that bound of the job which it names', () => {
    expect(resolveSettings(job, 'job.yaml', { stopAfter: '10%' })).toMatchObject({
      stopAfterFailed: 3,
      stopAfterPercent: 10,
    });
  });

  it('read an expectation in all and by operation', () => {
    expect(resolveSettings(null, null, { expect: '214' }).expect).toBe(214);
    expect(resolveSettings(null, null, { expect: 'delete=214, complete=12' }).expect).toEqual({
      delete: 214,
      complete: 12,
    });
  });

  it.each<PlanFlags>([
    { rate: -1 },
    { rate: Number.NaN },
    { concurrency: 0 },
    { concurrency: 1.5 },
    { stopAfter: '0' },
    { stopAfter: '101%' },
    { stopAfter: '0%' },
    { stopAfter: 'many' },
    { expect: 'all' },
    { expect: 'delete=x' },
    { expect: 'delete=6, delete=6' },
    { columns: 'task_id' },
    { columns: '=ID' },
    { rows: '0' },
    { rows: '5-3' },
    { rows: 'a' },
    { timeout: '0s' },
    { timeout: '-1' },
    { giveUpAfter: 'soon' },
  ])('refuse %j, naming the flag and a right form', (flags) => {
    expect(() => resolveSettings(null, null, flags)).toThrow(UsageError);
    expect(() => resolveSettings(null, null, flags)).toThrow(
      /--(rate|concurrency|stop-after|expect|columns|rows|timeout|give-up-after)/,
    );
  });

  it('refuse a guard over live tasks when no target is to be read', () => {
    const guarded = parseJob('provider: clickup\nonly: task.completed\n', 'job.yaml');
    expect(() => resolveSettings(guarded, 'job.yaml', { look: 'none' })).toThrow(/must read every target/);
  });
});

describe('a share of a list', () => {
  const share = (text: string) =>
    resolveSettings(parseJob(`provider: clickup\nguards: { max_share: ${text} }\n`, 'job.yaml'), 'job.yaml', {})
      .maxShare;

  it.each([
    ['20%', 20],
    ['20', 20],
    ['0.5%', 0.5],
    ['0', 0],
  ])('%s is %d percent', (text, percent) => expect(share(text)).toBe(percent));

  it('that may be meant for a fifth or for a fifth of a percent is refused', () => {
    expect(() => share('0.2')).toThrow(/write a share like 20%/);
  });
});

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['30', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text, '--timeout')).toBe(ms));

  it('may be longer than what can be waited for where nothing waits for it', () => {
    const job = (expires: string) => parseJob(`provider: clickup\nplan_expires: ${expires}\n`, 'job.yaml');
    expect(resolveSettings(job('30d'), 'job.yaml', {}).planExpiresAfterMs).toBe(30 * 86_400_000);
    expect(() => resolveSettings(job('400d'), 'job.yaml', {})).toThrow(/plan_expires "400d" is too long/);
    expect(() => parseDuration('30d', '--timeout')).toThrow(/--timeout "30d" is too long/);
  });
});
