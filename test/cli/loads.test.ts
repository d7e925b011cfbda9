import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { binFile } from '../support/bin.js';

const source = resolve('src');

/** The packages that a module brings along, itself or by its own modules, before anything of it runs. */
function packagesOf(entry: string): string[] {
  const packages = new Set<string>();
  const modules = new Set([join(source, entry)]);
  for (const module of modules) {
    const text = readFileSync(module, 'utf8');
    for (const [, words = '', name = ''] of text.matchAll(/^(?:import|export)\b([^'";]*?)from '([^']+)'/gm)) {
      if (words.trimStart().startsWith('type ')) continue;
      if (name.startsWith('.')) modules.add(resolve(dirname(module), name.replace(/\.js$/, '.ts')));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  }
  return [...packages].sort();
}

test.each([
  ['main.ts', []],
  ['cli/completion/answer-shell.ts', []],
  ['cli/run.ts', []],
  ['cli/plan.ts', []],
  ['cli/status.ts', ['zod/mini']],
  ['cli/explain.ts', ['zod/mini']],
  ['cli/operations.ts', ['fastest-levenshtein', 'zod', 'zod/mini']],
])('%s brings along no packages but those it uses at once', (entry, packages) => {
  expect(packagesOf(entry)).toEqual(packages);
});

test('the bin reads a few files, not each module by itself', () => {
  const counter = `
    import { register } from 'node:module';
    import { MessageChannel } from 'node:worker_threads';
    const { port1, port2 } = new MessageChannel();
    let loaded = 0;
    port1.on('message', () => { loaded += 1; }).unref();
    const hooks = 'let port; export const initialize = (data) => { port = data; };' +
      'export const load = (url, context, next) => { if (url.startsWith("file:")) port.postMessage(url); return next(url, context); };';
    register('data:text/javascript,' + encodeURIComponent(hooks), { data: port2, transferList: [port2] });
    process.on('exit', () => process.stderr.write('loaded ' + loaded));
  `;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(counter)}`, binFile, 'status'];
  expect(existsSync(binFile)).toBe(true);
  const { stderr } = spawnSync(process.execPath, args, { cwd: source, encoding: 'utf8' });
  const loaded = Number(/loaded (\d+)/.exec(stderr)?.[1]);
  expect(loaded).toBeGreaterThan(1);
  expect(loaded).toBeLessThan(10);
});
