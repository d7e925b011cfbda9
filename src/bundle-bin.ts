/**
 * Part of the build: makes the bin and all that it loads, packages included, into a few files. To read five hundred
 * modules takes several times as long as to run what a short command needs of them, and Node starts CommonJS sooner than
 * modules. What those who use this package as a library get is in `lib` beside it, as compiled.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const lib = import.meta.dirname;
const dist = join(lib, '..');
/** Beside the bin itself. */
const chunkFolder = 'bin';

/** In the bin itself: what each start needs, and a Tab of the shell, which needs next to nothing of what commands share. */
const always = new Set(
  ['main', 'cli/completion/answer-shell', 'cli/completion/table', 'job/job-names'].map((name) =>
    join(lib, `${name}.js`),
  ),
);

/**
 * Our own modules, fitted to where their text goes: one that looks for files beside itself finds them from there too,
 * and of zod, which is asked for by the one name that holds all of it, only what is used comes along.
 */
const ownModules: Plugin = {
  name: 'own-modules',
  transform: (text, path) => {
    if (!path.startsWith(lib + sep)) return undefined;
    const folder = always.has(path) ? dist : join(dist, chunkFolder);
    const place = JSON.stringify(relative(folder, path).split(sep).join('/'));
    return text
      .replace(/^import \{ z(?: as (\w+))? \} from 'zod';$/m, (_, name = 'z') => `import * as ${name} from 'zod';`)
      .replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`);
  },
};

const copied = '?copied';

/** A module that is bundled once more for those who ask for it by this path, and of it only what is used. */
const copyOf = (path: string) => ({ id: path + copied, moduleSideEffects: false });

/**
 * What checks the records of a run is a small part of zod, and a package that is shared comes whole: each command would
 * read all of zod to read a record. And packages around yargs measure text for the help; theirs costs every command what
 * loading `Intl` costs.
 */
const copies: Plugin = {
  name: 'copies',
  async resolveId(name, importer) {
    if (name === 'string-width' && /node_modules.(?:yargs|cliui|wrap-ansi)\b/.test(importer ?? '')) {
      return copyOf(join(lib, 'ui', 'text-width.js'));
    }
    if (name !== 'zod/mini' && importer?.endsWith(copied) !== true) return undefined;
    const found = await this.resolve(name, importer?.replace(copied, ''), { skipSelf: true });
    return found === null ? null : copyOf(found.id);
  },
  async load(id) {
    if (!id.endsWith(copied)) return undefined;
    const text = await readFile(id.slice(0, -copied.length), 'utf8');
    return id.includes('text-width') ? `${text}\nexport { widthOf as default };` : text;
  },
};

/**
 * What yargs would do and we don't need, in place of its own modules: to look for the program's version in all folders
 * above, and for a translation, at each start; to check that whoever calls it follows its types, as the compiler does;
 * completion, which is ours, settings in files, commands found in folders, and colours that go on over the end of a line.
 */
const stubs: ReadonlyMap<string, string> = new Map([
  ['escalade/sync', 'export default () => undefined;'],
  [
    'y18n',
    `const fill = (text, ...words) => text.replaceAll('%s', () => words.shift() ?? '');
    const choose = (one, many, count, ...words) => fill(count === 1 ? one : many, ...words);
    const texts = { __: fill, __n: choose, getLocale: () => 'en', setLocale: () => undefined, updateLocale: () => undefined };
    export default () => texts;`,
  ],
  ['assert', 'export const strictEqual = () => undefined; export { strictEqual as notStrictEqual };'],
  ['./argsert.js', 'export const argsert = () => undefined;'],
  ['./completion.js', 'export const completion = () => ({ setParsed: () => undefined });'],
  ['./utils/apply-extends.js', 'export const applyExtends = (settings) => settings;'],
  ['get-caller-file', "export default () => '';"],
  ['ansi-styles', 'export default { codes: new Map() };'],
]);
const leanYargs: Plugin = {
  name: 'lean-yargs',
  resolveId: (name, importer) =>
    stubs.has(name) && /node_modules.(?:yargs|wrap-ansi)\b/.test(importer ?? '') ? `stub:${name}` : undefined,
  load: (id) => (id.startsWith('stub:') ? stubs.get(id.slice('stub:'.length)) : undefined),
};

/** A chunk is CommonJS, so that it has a `require`; Node's own module that makes one is large. */
const ownRequire: Plugin = {
  name: 'own-require',
  resolveId: (name) => (name === 'node:module' ? 'own-require' : undefined),
  load: (id) => (id === 'own-require' ? 'export const createRequire = () => require;' : undefined),
};

/** zod carries its messages in fifty languages; ours are written here. */
const englishOnly: Plugin = {
  name: 'english-only',
  load: (id) => (/zod.v4.locales.index\.js/.test(id) ? "export { default as en } from './en.js';" : undefined),
};

const getter =
  /Object\.defineProperty\(exports, (["'`])([\w$]+)\1, \{\s*enumerable: true,\s*get: function \(\) \{\s*return ([\w$]+);\s*\}\s*\}\);/g;

/**
 * Chunks hand each other what they share by getters, in case it changes; to define hundreds of them takes longer than
 * all else that is done when a chunk is loaded. What can't change is handed over as it is.
 */
const plainExports: Plugin = {
  name: 'plain-exports',
  renderChunk: (text) => {
    const constants = new Set(
      Array.from(
        text.matchAll(/^(?:const|(?:async )?function\*?|var (?=[\w$]+ = class\b)) ?([\w$]+)/gm),
        ([, name]) => name,
      ),
    );
    return text.replace(getter, (whole, _quote, name, binding) =>
      constants.has(binding) ? `exports.${name} = ${binding};` : whole,
    );
  },
};

/** Text in one byte a character is read and compiled sooner. */
const plainLetters: Plugin = {
  name: 'plain-letters',
  generateBundle: (_options, bundle) => {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue;
      file.code = file.code.replace(
        /[^\0-\x7f]/g,
        (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

// Chunks are named by their content: those of earlier builds would pile up.
await rm(join(dist, chunkFolder), { recursive: true, force: true });
const bundle = await rolldown({
  input: join(lib, 'main.js'),
  platform: 'node',
  // A native module, and what only the build uses.
  external: ['@photostructure/sqlite', 'esbuild'],
  plugins: [englishOnly, ownRequire, copies, leanYargs, ownModules, plainExports, plainLetters],
});
await bundle.write({
  dir: dist,
  format: 'cjs',
  entryFileNames: 'main.js',
  strict: true,
  chunkFileNames: `${chunkFolder}/[name]-[hash].js`,
  comments: false,
  // Names stay as they are: a stack trace is what a report of a bug begins with.
  minify: { compress: { keepNames: { function: true, class: true } }, mangle: { keepNames: true } },
  // Modules come in chunks by who asks for them, which makes dozens of a few lines each, and to find and load a file takes
  // longer than to run what is in it: what a short command needs comes at once.
  codeSplitting: {
    groups: [
      { name: 'always', test: (id) => always.has(id), priority: 2 },
      {
        name: 'common',
        test: (id) => id === join(lib, 'cli', 'status.js') || /node_modules.yargs.index/.test(id),
        priority: 1,
      },
    ],
  },
});
// What is in a folder is of the kind that the nearest of these files says.
await Promise.all([
  writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n'),
  writeFile(join(lib, 'package.json'), '{ "type": "module" }\n'),
]);
