import { expect, test } from 'vitest';
import { callCli } from '../support/cli.js';

const place = { cwd: '/', environment: {} };
const help = async () => (await callCli(['export', '--help'], place)).stdout.replaceAll(/\s+/g, ' ');
const refusal = (...args: string[]) => callCli(['export', ...args], place).catch((error: unknown) => error);

test('the help tells of each service what a parameter means there', async () => {
  const text = await help();
  const status = /--status (.*?) --owners /.exec(text)?.[1] ?? '';
  for (const words of [
    'Tallyfy: One of',
    'ClickUp: Tasks in these statuses, also closed',
    'Bitrix24: Tasks in these',
  ]) {
    expect(status).toContain(words);
  }
  expect(text).toMatch(/--archived (?:(?! --).)*Tallyfy: true adds .*?ClickUp: yes = archived/);
  // What two services say alike is said once.
  expect(text).toContain('ClickUp, Bitrix24: Tasks with any of these tags');
});

test('the help shows neither flags that are always refused nor those that mean nothing for an export', async () => {
  const text = await help();
  const hidden = 'status-changed-date activity-date activity-after created-since yes stop-after concurrency log-file';
  for (const name of hidden.split(' ')) expect(text).not.toContain(`--${name}`);
  expect(text).toContain('--rate');
});

test('a parameter that its service ignores is refused with the reason, and is in no list of what it knows', async () => {
  const given = ['--provider', 'bitrix24', '--group-id', '1'];
  expect(await refusal(...given, '--activity-date', '2026-01-01')).toMatchObject({
    message: expect.stringMatching(/^--activity-date is ignored by Bitrix24/),
    exitCode: 2,
  });
  const unknown = await refusal('--provider', 'bitrix24', '--list-id', '3');
  expect(unknown).toMatchObject({
    message: 'Bitrix24 knows no --list-id; ClickUp does.',
    fix: expect.stringMatching(/^It knows: --group-id, /),
  });
  expect(unknown).not.toMatchObject({ fix: expect.stringMatching(/status-changed-date|activity-date/) });
  expect(await refusal('--provider', 'clickup', '--all', '--activity-date', '2026-01-01')).toMatchObject({
    message: 'ClickUp knows no --activity-date.',
  });
});

test('a flag of one letter has the same name in messages as in the help', async () => {
  expect(await help()).toContain(' -q ');
  expect(await refusal('--provider', 'clickup', '-q', 'x')).toMatchObject({
    message: 'ClickUp knows no -q; Tallyfy does.',
  });
});
