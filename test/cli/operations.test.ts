import { expect, test } from 'vitest';
import { z } from 'zod';
import { clickup } from '../../src/providers/clickup/provider.js';
import { callCli } from '../support/cli.js';

const place = { cwd: '/', environment: {} };

test('below the operations of a service stand its limits: figure, source and notes', async () => {
  const { stdout } = await callCli(['operations', 'tallyfy'], place);
  const lines = stdout.split('\n');
  const at = lines.indexOf(
    'Tallyfy: 100 requests a minute unless a job or --rate says otherwise, at most 100; 2 at once.',
  );
  expect(at).toBeGreaterThan(lines.findIndex((line) => line.includes('tallyfy.delete-tag')));
  expect(lines[at + 1]).toMatch(/^ {2}- .*API documentation, 2026-07-19/);
  expect(lines[at + 2]).toContain('120 comments');
  expect(stdout).not.toContain('ClickUp: ');
});

test('the JSON of an operation tells the limits of its service beside what it told before', async () => {
  const { stdout } = await callCli(['operations', 'clickup.delete', '--json'], place);
  const [entry] = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(stdout));
  expect(entry).toMatchObject({ provider: 'clickup', name: 'delete', requestsPerRow: 1, limits: clickup.profile });
});
