/** Every file of samples/ as a user would try it: real bin, on the sandbox, with nothing set up. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/job/resolve-settings.js';
import { fileSource, openManifest } from '../../src/manifest/read-manifest.js';
import { openCheck } from '../../src/plan/check-manifest.js';
import { providers } from '../../src/providers/registry.js';
import type { SandboxRow } from '../../src/sandbox/service.js';
import { createWorkplace, projectDir, runBin, sampleFile, type Workplace } from '../support/bin.js';
import { serveSandbox } from '../support/served-sandbox.js';

interface Sample {
  readonly file: string;
  readonly rows: number;
  readonly job?: string;
  readonly args?: readonly string[];
  readonly skipped?: number;
}

const samples: readonly Sample[] = [
  { file: 'clickup-test-tasks.csv', rows: 24, job: 'clickup-delete-test-tasks', skipped: 3 },
  { file: 'clickup-open-tasks.csv', rows: 10, job: 'clickup-complete-tasks' },
  { file: 'clickup-export.csv', rows: 12, job: 'clickup-archive-export' },
  { file: 'clickup-every-operation.csv', rows: 16 },
  { file: 'tallyfy-test-tasks.csv', rows: 8, job: 'tallyfy-delete-test-tasks' },
  { file: 'tallyfy-run-tasks.csv', rows: 7, job: 'tallyfy-complete-run' },
  { file: 'tallyfy-every-operation.jsonl', rows: 16 },
  { file: 'bitrix24-test-tasks.csv', rows: 12, job: 'bitrix24-delete-test-tasks' },
  { file: 'bitrix24-open-tasks.jsonl', rows: 8, job: 'bitrix24-complete-tasks' },
  { file: 'bitrix24-export.csv', rows: 8, job: 'bitrix24-update-from-export' },
  { file: 'bitrix24-every-operation.csv', rows: 7 },
  {
    file: 'report-to-retry.csv',
    rows: 7,
    args: ['--provider', 'clickup', '--operation', 'comment', '--where', 'row._state == "failed"'],
    skipped: 5,
  },
];

let workplace: Workplace;
beforeEach(() => {
  workplace = createWorkplace();
});
afterEach(() => workplace.remove());

const wordsOf = ({ job, args = [] }: Sample) => [...(job === undefined ? [] : ['--job', job]), ...args];

/** Runs on the sandbox that the run starts for itself; gives the exit code and the report. */
async function tryOut(file: string, args: readonly string[]): Promise<{ exitCode: number | null; report: Report }> {
  const flags = ['--sandbox', '--yes', '--rate', '0', '--no-progress', '--json'];
  const { exitCode, stdout, stderr } = await runBin(['run', file, ...args, ...flags], { workplace });
  const result: { files?: { report: string } } = JSON.parse(stdout);
  if (result.files === undefined) throw new Error(`${stdout}\n${stderr}`);
  return { exitCode, report: parse(readFileSync(result.files.report), { columns: true }) };
}
type Report = readonly Readonly<Record<string, string>>[];

it('every sample and every ready job is tried here', () => {
  expect(readdirSync(join(projectDir, 'samples')).sort()).toEqual(samples.map(({ file }) => file).sort());
  const jobs = samples.flatMap(({ job }) => (job === undefined ? [] : [`${job}.yaml`]));
  expect(readdirSync(join(projectDir, 'jobs')).sort()).toEqual(jobs.sort());
});

describe.each(samples)('$file', (sample) => {
  const { file, rows, skipped = 0 } = sample;

  it('is valid', async () => {
    const { exitCode, stdout } = await runBin(['validate', sampleFile(file), ...wordsOf(sample)], { workplace });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${rows} rows`) });
  });

  it('does something in every row that is not skipped by a condition', async () => {
    const { exitCode, report } = await tryOut(sampleFile(file), wordsOf(sample));
    const ends = report.map((row) => `${row._operation} ${row._state} ${row._outcome} ${row._message}`);
    expect({ exitCode, rows: report.length }).toEqual({ exitCode: 0, rows });
    expect(ends.filter((end) => !/ (succeeded done|skipped) /.test(`${end} `))).toEqual([]);
    expect(report.filter(({ _state }) => _state === 'skipped')).toHaveLength(skipped);
  });
});

/** The manifest's rows as a run would hand them to its own sandbox. */
async function targetsOf(file: string): Promise<SandboxRow[]> {
  const manifest = await openManifest({ ...fileSource(sampleFile(file)), name: file });
  const settings = resolveSettings(null, null, {});
  const places = { when: 'when', where: '--where' };
  const options = { manifestName: file, settings, providers, places, scratch: workplace.dir };
  const check = openCheck(manifest, options);
  const targets: SandboxRow[] = [];
  for await (const chunk of check.rows()) {
    for (const { entry, args, cells } of chunk) {
      if (entry === null || args === null) continue;
      const named = manifest.columns.map((column, index) => [column, cells[index] ?? '']);
      targets.push({
        provider: entry.provider,
        operation: entry.name,
        values: args,
        cells: Object.fromEntries(named),
        done: false,
      });
    }
  }
  check.dispose();
  return targets;
}

/** What the sandbox's ledger calls the effect of an operation; these three are updates for ClickUp. */
function effectOf(operation: string): string {
  return ['set-status', 'assign', 'unassign'].includes(operation) ? 'update' : operation;
}

/** Whether it was there; each is taken once. */
function takeOut(list: string[], item: string): boolean {
  const index = list.indexOf(item);
  if (index !== -1) list.splice(index, 1);
  return index !== -1;
}

describe.each(providers)('$title', ({ name, operations }) => {
  const [file = ''] = samples.map((sample) => sample.file).filter((one) => one.startsWith(`${name}-every-operation`));

  it('has a sample in which each of its operations changes something in the service', async () => {
    const targets = await targetsOf(file);
    expect([...new Set(targets.map(({ operation }) => operation))].sort()).toEqual(
      operations.map((operation) => operation.name).sort(),
    );
    const sandbox = await serveSandbox();
    try {
      sandbox.fill(targets);
      const args = ['run', sampleFile(file), '--yes', '--rate', '0', '--no-progress', '--json'];
      const { exitCode, stdout } = await runBin(args, { workplace, environment: sandbox.environment });
      expect({ exitCode, states: JSON.parse(stdout).states }).toMatchObject({
        exitCode: 0,
        states: { succeeded: targets.length },
      });
      const seen = (await sandbox.ledger()).effects.map(({ kind }) => kind);
      const missing = targets.map(({ operation }) => effectOf(operation)).filter((kind) => !takeOut(seen, kind));
      expect(missing).toEqual([]);
    } finally {
      await sandbox.close();
    }
  });
});

describe("a service's own export runs as it is", () => {
  const withColumns = (name: string, columns: Readonly<Record<string, string>>): string => {
    const delimiter = name.startsWith('bitrix24') ? ';' : ',';
    const [header = [], ...rows]: string[][] = parse(readFileSync(sampleFile(name)), { delimiter, bom: true });
    const file = join(workplace.dir, name);
    writeFileSync(
      file,
      stringify([[...header, ...Object.keys(columns)], ...rows.map((row) => [...row, ...Object.values(columns)])], {
        delimiter,
      }),
    );
    return file;
  };

  it.each([
    ['create', {}],
    ['delete', {}],
    ['complete', {}],
    ['reopen', {}],
    ['set-status', {}],
    ['archive', {}],
    ['unarchive', {}],
    ['unassign', {}],
    ['update', {}],
    ['add-tag', { tag: 'moved' }],
    ['remove-tag', { tag: 'moved' }],
    ['comment', { comment: 'Seen' }],
    ['set-field', { field: 'Environment', value: 'staging' }],
    ['move', { to_list: 'Inbox' }],
  ])("ClickUp's, for %s", async (operation, columns) => {
    const file = withColumns('clickup-export.csv', columns);
    const { exitCode, report } = await tryOut(file, ['--provider', 'clickup', '--operation', operation]);
    // Four rows name nobody.
    const skipped = operation === 'unassign' ? 4 : 0;
    expect({ exitCode, done: report.filter(({ _outcome }) => _outcome === 'done').length }).toEqual({
      exitCode: 0,
      done: 12 - skipped,
    });
  });

  it.each([
    ['delete', {}],
    ['complete', {}],
    ['reopen', {}],
    ['defer', {}],
    ['comment', { comment: 'Seen' }],
  ])("Bitrix24's, in Russian, for %s", async (operation, columns) => {
    const file = withColumns('bitrix24-export.csv', columns);
    const { exitCode, report } = await tryOut(file, ['--provider', 'bitrix24', '--operation', operation]);
    expect({ exitCode, done: report.filter(({ _outcome }) => _outcome === 'done').length }).toEqual({
      exitCode: 0,
      done: 8,
    });
  });
});
