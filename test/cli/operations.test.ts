import { expect, test } from 'vitest';
import { z } from 'zod';
import { clickup } from '../../src/providers/clickup/provider.js';
import { callCli } from '../support/cli.js';

const place = { cwd: '/', environment: {} };

test('below the operations of a service stand its limits: figure, source and notes', async () => {
  const { stdout } = await callCli(['operations', 'tallyfy'], place);
  // Lines are broken at the width of the screen.
  const [list = '', limits = ''] = stdout.replace(/\n +(?=[^ -])/g, ' ').split(/\n\n(?=Tallyfy: )/);
  expect(list).toContain('tallyfy.delete-tag');
  expect(limits.replaceAll('\n', ' ')).toMatch(
    /^Tallyfy: 100 requests a minute unless a job or --rate says otherwise, at most 100; 2 at once\. {3}- .*API documentation, 2026-07-19.* {3}- .*120 comments/,
  );
  expect(stdout).not.toContain('ClickUp: ');
});

test('the JSON of an operation tells the limits of its service beside what it told before', async () => {
  const { stdout } = await callCli(['operations', 'clickup.delete', '--json'], place);
  const [entry] = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(stdout));
  expect(entry).toMatchObject({ provider: 'clickup', name: 'delete', requestsPerRow: 1, limits: clickup.profile });
});

test('the columns of an operation tell how long or large a value may be, as its JSON Schema does', async () => {
  const { stdout } = await callCli(['operations', 'bitrix24.update'], place);
  expect(stdout).toContain('  title (text, optional, at most 250 characters)\n');
  expect(stdout).toContain('  time_estimate (integer, optional, 0 to 100,000,000)\n');
  expect(stdout).toContain('  tags (list, optional, at most 100 values, each at most 255 characters)\n');
  expect(stdout).toContain('  task_id (id, required)\n');
  const clickUp = await callCli(['operations', 'clickup.create'], place);
  expect(clickUp.stdout).toContain('  name (text, required, at most 2,048 characters)\n');
});

test('what a person can take back by hand alone is not told to be taken back by nothing', async () => {
  const { stdout } = await callCli(['operations', 'bitrix24.comment'], place);
  expect(stdout).toContain('\nTaken back by hand, in the service. In the task card of tasks 25.700 and later');
  const gone = await callCli(['operations', 'clickup.delete'], place);
  expect(gone.stdout).toContain('\nTaken back by taskbatch undo, in part; lost: its id');
});

test('what takes more requests for some rows says so', async () => {
  const { stdout } = await callCli(['operations', 'clickup.create'], place);
  expect(stdout).toMatch(/\nRequests {6}\d+ a row or more, beside/);
  const fixed = await callCli(['operations', 'clickup.delete'], place);
  expect(fixed.stdout).toContain('\nRequests      1 a row, beside');
});
