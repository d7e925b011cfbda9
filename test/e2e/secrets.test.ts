/** A service that repeats the credential in what it answers: it is found nowhere on this side. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataBlocks } from '../report/kit.js';
import { runBin } from '../support/bin.js';
import { useScene } from '../support/scene.js';
import { target } from '../support/served-sandbox.js';

const { sandbox, workplace } = useScene();

const hookCode = 'qx7wy1yx4ddvvbyu';
const services = [
  { name: 'clickup', provider: 'clickup', secret: 'CLICKUP_API_TOKEN', ids: ['86secret1', '86secret2', '86secret3'] },
  {
    name: 'tallyfy',
    provider: 'tallyfy',
    secret: 'TALLYFY_ACCESS_TOKEN',
    ids: ['1', '2', '3'].map((n) => n.padStart(32, 'a')),
  },
  { name: 'bitrix24', provider: 'bitrix24', secret: 'BITRIX24_API_KEY', ids: ['7701', '7702', '7703'] },
  { name: 'bitrix24 by webhook', provider: 'bitrix24', secret: null, ids: ['7701', '7702', '7703'] },
];

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

it.each(services)('$name', async ({ provider, secret, ids }) => {
  sandbox.fill(ids.map((task_id) => target(provider, 'delete', { task_id })));
  writeFileSync(join(workplace.dir, 'tasks.csv'), `task_id\n${ids.join('\n')}\n`);
  const hook = { BITRIX24_WEBHOOK_URL: `${sandbox.origin}/bitrix24/rest/1/${hookCode}/` };
  const environment = secret === null ? hook : sandbox.environment;
  const token = secret === null ? hookCode : (sandbox.environment[secret] ?? '');
  expect(token).not.toBe('');
  // Some answers to reads, and each answer to a write.
  await sandbox.faults(`${provider}:read:garbage-echo-token-after+2*1,${provider}:write:garbage-echo-token-after*0`);
  const bin = (...words: string[]) => runBin(words, { workplace, environment });
  const flags = ['--provider', provider, '--operation', 'delete', '--rate', '0', '--yes', '--no-progress'];
  const told = [await bin('run', 'tasks.csv', ...flags, '--log-level', 'trace', '--log-file', 'all.log')];
  const run = workplace.runFolder().split('/').at(-1) ?? '';
  for (const words of [
    ['status', run],
    ['explain', run, '1'],
    ['report', run, '--format', 'jsonl'],
    ['report', run, '--format', 'html', '--output', 'page.html'],
  ])
    told.push(await bin(...words));
  const texts = [
    ...told.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    ...filesIn(workplace.dir).map((path) => readFileSync(path, 'latin1')),
  ];
  const rows = texts.flatMap(dataBlocks);
  expect(rows.join('')).toContain(ids[0] ?? '');
  texts.push(...rows);
  expect(texts.join('').length).toBeGreaterThan(50_000);
  expect(texts.filter((text) => text.includes(token))).toEqual([]);
});
