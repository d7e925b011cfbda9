import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { JobError } from '../../src/errors.js';
import { loadJob, parseJob } from '../../src/job/load-job.js';
import { projectDir } from '../support/bin.js';

function refusal(text: string): JobError {
  try {
    parseJob(text, 'clean.yaml');
  } catch (error) {
    if (error instanceof JobError) return error;
    throw error;
  }
  throw new Error('the job was taken');
}

describe('a job file', () => {
  it('is refused for an unknown key, with its line and the nearest known one', () => {
    const error = refusal('provider: clickup\noperation: delete\nguards:\n  max_row: 5\n');
    expect(error.message).toBe('Unknown key "guards.max_row".\n    max_row: 5\n    ^');
    expect(error.where).toBe('clean.yaml:4');
    expect(error.fix).toBe('Did you mean "max_rows"?');
  });

  it('with several mistakes tells them from top to bottom, each with its line', () => {
    const error = refusal('provider: clickup\nwen: x\nlimits:\n  requests_per_minut: 5\n');
    expect(error.message).toBe(
      'clean.yaml:2: Unknown key "wen".\n  wen: x\n  ^\n' +
        'clean.yaml:4: Unknown key "limits.requests_per_minut".\n    requests_per_minut: 5\n    ^',
    );
    expect(error).toMatchObject({ where: 'clean.yaml:2', fix: 'Did you mean "when"?' });
  });

  it('is refused for a value of the wrong kind, with its line', () => {
    const error = refusal('provider: clickup\nlimits:\n  requests_per_minute: fast\n');
    expect(error.where).toBe('clean.yaml:3');
    expect(error.message).toContain('limits.requests_per_minute');
  });

  it('is refused when it is no YAML, with line, column and a caret', () => {
    const error = refusal('provider: [clickup\noperation: delete\n');
    expect(error.where).toMatch(/^clean\.yaml:\d+:\d+$/);
    expect(error.message).toContain('^');
  });

  it('is refused for a key given twice', () => {
    expect(refusal('provider: clickup\nprovider: tallyfy\n').where).toMatch(/^clean\.yaml:2/);
  });

  it('tells where a key stands, for errors that are found later', () => {
    expect(parseJob('provider: clickup\nwhen: row.a == ""\n', 'clean.yaml').locate(['when'])).toBe('clean.yaml:2');
  });

  it('that is not there is refused with the ready ones', () => {
    const places = { cwd: '/nonexistent', readyJobs: `${projectDir}jobs` };
    expect(() => loadJob('clickup-delete-test-task', places)).toThrow(/There is no job/);
  });
});

describe('the ready jobs', () => {
  it.each(readdirSync(`${projectDir}jobs`))('%s is valid', (file) => {
    const { job } = loadJob(file.replace('.yaml', ''), { cwd: '/nonexistent', readyJobs: `${projectDir}jobs` });
    expect(job.provider).toBeTypeOf('string');
  });
});
