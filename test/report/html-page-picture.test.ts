/**
 * The picture of the report page in the README. `npm run picture` makes it anew, from a real run against the sandbox in
 * Debian's chromium; without that these tests only look whether it is there and small.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { createWorkplace, projectDir, runBin } from '../support/bin.js';
import { serveSandbox, target } from '../support/served-sandbox.js';

const picture = 'test/report/report.webp';
const mostBytes = 80_000;
const size = { width: 1_120, height: 930 };
/** The run would take two minutes and a half. */
const timesFaster = 5;

test('the README shows a picture that is there, and small', () => {
  expect(readFileSync(join(projectDir, 'README.md'), 'utf8')).toContain(`](${picture})`);
  expect(statSync(join(projectDir, picture)).size).toBeLessThanOrEqual(mostBytes);
});

test.skipIf(process.env.TASKBATCH_PICTURE !== '1')('the picture is made of a real run', async () => {
  const sandbox = await serveSandbox({ factor: timesFaster, faultText: faults, latencyMs: [20, 90] });
  const workplace = createWorkplace();
  try {
    const rows = Array.from({ length: 240 }, (_, index) => rowOf(index + 1));
    sandbox.fill(
      rows.filter(({ there }) => there).map(({ id, name }) => target('clickup', 'delete', { task_id: id }, name)),
    );
    const lines = rows.map(({ id, name, environment }) => `${id},${name},QA sandbox,${environment}\n`);
    writeFileSync(join(workplace.dir, 'test-tasks.csv'), `Task ID,Task Name,List Name,Environment\n${lines.join('')}`);
    const { exitCode } = await runBin(
      ['run', 'test-tasks.csv', '--job', 'clickup-delete-test-tasks', '--yes', '--no-progress'],
      {
        workplace,
        environment: sandbox.environment,
        nodeFlags: sandbox.nodeFlags,
      },
    );
    // Some rows failed, as they are to.
    expect(exitCode).toBe(3);
    const page = join(workplace.runFolder(), 'report.html');
    const bytes = await takePicture(`file://${page}`);
    expect(bytes.length).toBeLessThanOrEqual(mostBytes);
    writeFileSync(join(projectDir, picture), bytes);
  } finally {
    workplace.remove();
    await sandbox.close();
  }
});

/** Some refusals for the rate, and an answer that is lost. */
const faults = [
  'clickup:delete:throttle-seconds=8*3+70',
  'clickup:delete:throttle-seconds=6*2+150',
  'clickup:delete:502-after+40',
].join(',');

const titles = [
  'Login with an expired session',
  'Invoice with a negative total',
  'Avatar upload of 20 MB',
  'Import of 10000 rows',
];

/** Most are test tasks; a few are gone, are called otherwise, or are none. */
function rowOf(number: number) {
  const id = `86c${(number * 7_919 + 100_000).toString(36)}`;
  const isTest = number % 40 !== 17;
  const name = `${isTest ? '[test] ' : ''}${titles[number % titles.length]} (case ${number})`;
  return { id, name, environment: number % 25 === 7 ? 'production' : 'test', there: number % 30 !== 11 };
}

/** As WebP, which the browser itself can make of a screenshot. */
async function takePicture(address: string): Promise<Buffer> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  try {
    const page = await browser.newPage({ viewport: size, colorScheme: 'light' });
    await page.goto(address);
    await page.waitForSelector('html[data-ready]');
    const png = (await page.screenshot()).toString('base64');
    const blank = await browser.newPage();
    const made: unknown = await blank.evaluate(`new Promise((resolve) => {
      const image = new Image();
      image.onload = () => {
        const canvas = new OffscreenCanvas(image.width, image.height);
        canvas.getContext('2d').drawImage(image, 0, 0);
        canvas.convertToBlob({ type: 'image/webp', quality: 0.8 }).then(async (blob) => {
          const bytes = new Uint8Array(await blob.arrayBuffer());
          resolve(btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), '')));
        });
      };
      image.src = 'data:image/png;base64,${png}';
    })`);
    return Buffer.from(String(made), 'base64');
  } finally {
    await browser.close();
  }
}
