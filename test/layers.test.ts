/** What each folder of `src` is for, the lowest first: a folder imports from itself and from those before it in the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, it } from 'vitest';
import { projectDir } from './support/bin.js';

const folders: readonly (readonly [name: string, purpose: string])[] = [
  ['.', 'what all others may need: clock, errors, failures as values, JSON, the words of numbers'],
  ['manifest', 'bytes to rows: formats, columns, references between rows, and text for CSV'],
  ['providers', 'what a service is, how it is asked, and its operations'],
  ['state', 'what is kept of a run, and all SQL'],
  ['job', 'the job file, and its rules over rows and tasks'],
  ['limiter', 'when a request may leave'],
  ['run', 'plan to outcomes: services opened, rows attempted, doubts settled'],
  ['plan', 'rows to plan: checked, read, foretold, guarded'],
  ['verify', 'whether what rows did still holds'],
  ['sitting', 'one execution of a run with its canary, from the first row to the seal'],
  ['undo', 'a run to the manifest that takes it back'],
  ['doctor', 'whether machine, credentials and services are fit'],
  ['ui', 'texts, progress and questions for a person'],
  ['report', 'outcomes and plans to files'],
  ['cli', 'one command a file'],
];

/** What puts the others together. */
const onTop: ReadonlySet<string> = new Set(['main.ts', 'index.ts', 'bundle-bin.ts']);
const importing = /(?:from|import\() ?'(\.{1,2}\/[^']+)\.js'/g;

const src = join(projectDir, 'src');

function* importsOf(file: string): Generator<string> {
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(importing)) {
    yield relative(src, normalize(join(dirname(file), path)));
  }
}

function folderOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '.';
}

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const levels = new Map(folders.map(([name], level) => [name, level]));

it('each folder imports from those before it alone', () => {
  const upward: string[] = [];
  for (const path of sources) {
    const own = levels.get(folderOf(path));
    if (onTop.has(path) || own === undefined) continue;
    for (const imported of importsOf(join(src, path))) {
      if ((levels.get(folderOf(imported)) ?? own) > own) upward.push(`${path} imports ${imported}`);
    }
  }
  expect(upward).toEqual([]);
});

it('the sandbox shares no code with what it is there to test', () => {
  const shared = sources
    .filter((path) => folderOf(path) === 'sandbox')
    .flatMap((path) => [...importsOf(join(src, path))].filter((imported) => folderOf(imported) !== 'sandbox'));
  expect(shared).toEqual([]);
});

it('a service is known to its own folder and to the list of all, and to nobody else', () => {
  const inside = /^providers\/([a-z0-9]+)\//;
  const knowing = sources.flatMap((path) => {
    if (path === 'providers/registry.ts') return [];
    const own = inside.exec(path)?.[1];
    return [...importsOf(join(src, path))]
      .filter((imported) => (inside.exec(imported)?.[1] ?? own) !== own)
      .map((imported) => `${path} imports ${imported}`);
  });
  expect(knowing).toEqual([]);
});

it('every folder has its place', () => {
  expect(new Set(sources.map(folderOf))).toEqual(new Set([...levels.keys(), 'sandbox']));
});
