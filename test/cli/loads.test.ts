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
    import { createRequire } from 'node:module';
    const { cache } = createRequire(process.cwd() + '/');
    process.on('exit', () => process.stderr.write('loaded ' + Object.keys(cache).length));
  `;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(counter)}`, binFile, 'status'];
  expect(existsSync(binFile)).toBe(true);
  const { stderr } = spawnSync(process.execPath, args, { cwd: source, encoding: 'utf8' });
  const loaded = Number(/loaded (\d+)/.exec(stderr)?.[1]);
  expect(loaded).toBeGreaterThan(1);
  expect(loaded).toBeLessThan(10);
});
