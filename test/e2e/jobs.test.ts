/** The three jobs on each service: real bin, real files, real HTTP; what counts is the sandbox's ledger. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { SandboxRow } from '../../src/sandbox/service.js';
import { runBin, sampleFile } from '../support/bin.js';
import { useScene } from '../support/scene.js';

interface Case {
  readonly job: string;
  readonly sample: string;
  readonly effect: string;
  /** Rows that the sandbox is to hold, by the id that the manifest gives. */
  readonly rows: () => SandboxRow[];
  readonly skipped: number;
}

const csv = (name: string, delimiter: string): Record<string, string>[] =>
  parse(readFileSync(sampleFile(name)), { columns: true, delimiter, bom: true });
const row = (provider: string, operation: string, values: Record<string, unknown>, title: string): SandboxRow => ({
  provider,
  operation,
  values,
  cells: { title },
  done: false,
});

const cases: readonly Case[] = [
  {
    job: 'clickup-delete-test-tasks',
    sample: 'clickup-test-tasks.csv',
    effect: 'delete',
    rows: () =>
      csv('clickup-test-tasks.csv', ',').map((r) =>
        row('clickup', 'delete', { task_id: r['Task ID'] }, r['Task Name'] ?? ''),
      ),
    skipped: 3,
  },
  {
    job: 'clickup-complete-tasks',
    sample: 'clickup-open-tasks.csv',
    effect: 'complete',
    rows: () =>
      csv('clickup-open-tasks.csv', ',').map((r) => row('clickup', 'complete', { task_id: r.task_id }, r.name ?? '')),
    skipped: 0,
  },
  {
    job: 'tallyfy-delete-test-tasks',
    sample: 'tallyfy-test-tasks.csv',
    effect: 'delete',
    rows: () =>
      csv('tallyfy-test-tasks.csv', ',').map((r) => row('tallyfy', 'delete', { task_id: r.task_id }, r.title ?? '')),
    skipped: 0,
  },
  {
    job: 'tallyfy-complete-run',
    sample: 'tallyfy-run-tasks.csv',
    effect: 'complete',
    rows: () =>
      csv('tallyfy-run-tasks.csv', ';').map((r) =>
        row(
          'tallyfy',
          'complete',
          {
            task_id: r.task_id,
            ...(r.run_id === '' ? {} : { run_id: r.run_id }),
            ...(r.is_approved === '' ? {} : { is_approved: true }),
          },
          r.title ?? '',
        ),
      ),
    skipped: 0,
  },
  {
    job: 'bitrix24-delete-test-tasks',
    sample: 'bitrix24-test-tasks.csv',
    effect: 'delete',
    rows: () =>
      csv('bitrix24-test-tasks.csv', ';').map((r) => row('bitrix24', 'delete', { task_id: r.ID }, r.Title ?? '')),
    skipped: 0,
  },
  {
    job: 'bitrix24-complete-tasks',
    sample: 'bitrix24-open-tasks.jsonl',
    effect: 'complete',
    rows: () =>
      readFileSync(sampleFile('bitrix24-open-tasks.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map((r: { task_id: number; title: string }) => row('bitrix24', 'complete', { task_id: r.task_id }, r.title)),
    skipped: 0,
  },
];

const { sandbox, workplace } = useScene();

describe.each(cases)('the job $job on $sample', ({ job, sample, effect, rows, skipped }) => {
  const args = [sampleFile(sample), '--job', job, '--rate', '0'];
  const bin = (more: readonly string[]) => runBin(more, { workplace, environment: sandbox.environment });

  it('does every row once, and says so in the report', async () => {
    sandbox.fill(rows());
    const { exitCode, stdout, stderr } = await bin(['run', ...args, '--yes', '--no-progress', '--json']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error') });
    const wanted = rows().length - skipped;
    const effects = await sandbox.effects();
    expect(effects.size).toBe(wanted);
    for (const kinds of effects.values()) expect(kinds).toEqual([effect]);
    const result: { states: Record<string, number>; state: string; files: { report: string } } = JSON.parse(stdout);
    expect(result.state).toBe('finished');
    expect(result.states).toMatchObject({ succeeded: wanted, skipped, failed: 0, unknown: 0, pending: 0, sending: 0 });
    const report: Record<string, string>[] = parse(readFileSync(result.files.report), { columns: true });
    expect(report.map((r) => r._state)).toEqual(report.map((r) => (r._outcome === 'done' ? 'succeeded' : 'skipped')));
    expect(report).toHaveLength(rows().length);
  });

  it('reads every target in a dry run and changes nothing; apply then executes exactly that', async () => {
    sandbox.fill(rows());
    const planned = await bin(['plan', ...args, '--no-progress']);
    expect(planned.exitCode).toBe(0);
    const before = await sandbox.ledger();
    expect(before.effects).toEqual([]);
    expect(before.requests.filter(({ write }) => write)).toEqual([]);
    expect(before.requests.length).toBeGreaterThan(0);
    const next = /taskbatch apply (\S+)/.exec(planned.stdout)?.[1] ?? '';
    const applied = await bin(['apply', next, '--yes', '--no-progress']);
    expect(applied.exitCode).toBe(0);
    const effects = await sandbox.effects();
    expect(effects.size).toBe(rows().length - skipped);
    const again = await bin(['apply', next, '--yes', '--no-progress']);
    expect(again).toMatchObject({ exitCode: 2, stdout: '' });
    expect(again.stderr).toContain('is finished');
    expect((await sandbox.effects()).size).toBe(effects.size);
  });

  it('does the same again without any account, on the sandbox of its own', async () => {
    const { exitCode, stdout } = await runBin(['run', ...args, '--yes', '--sandbox', '--no-progress'], { workplace });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('report.csv');
    expect(workplace.read('.taskbatch', 'runs', workplace.runFolder().split('/').at(-1) ?? '', 'report.csv')).toContain(
      '_state',
    );
  });
});

it('the samples all lie in samples/', () => {
  for (const { sample } of cases) expect(readFileSync(join(sampleFile(sample)))).not.toHaveLength(0);
});
