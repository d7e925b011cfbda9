/** Every format through the built bin: what the bundle makes of a package shows there alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import readWorkbook from 'read-excel-file/node';
import { afterAll, expect, it } from 'vitest';
import { reportFormats } from '../../src/report/formats.js';
import { createWorkplace, projectDir, runBin } from '../support/bin.js';

const workplace = createWorkplace();
afterAll(() => workplace.remove());

it('the bin writes every format that it offers', async () => {
  const manifest = join(projectDir, 'samples', 'clickup-test-tasks.csv');
  const job = ['--job', 'clickup-delete-test-tasks', '--sandbox', '--yes', '--rate', '0'];
  expect((await runBin(['run', manifest, ...job], { workplace })).exitCode).toBe(0);
  for (const { name } of reportFormats) {
    const { exitCode, stderr } = await runBin(['report', '--format', name, '--output', `rows.${name}`], { workplace });
    expect([name, exitCode, stderr]).toEqual([name, 0, `Report: ${join(workplace.dir, `rows.${name}`)}\n`]);
    expect(workplace.read(`rows.${name}`).length).toBeGreaterThan(500);
  }
  const sheets = await readWorkbook(readFileSync(join(workplace.dir, 'rows.xlsx')));
  expect(sheets.find(({ sheet }) => sheet === 'Rows')?.data).toHaveLength(1 + 24);
});
