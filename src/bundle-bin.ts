/**
 * Part of the build: makes the compiled bin and all that it loads, packages included, into a few files. To read five
 * hundred modules takes several times as long as to run what a short command needs of them. The modules stay beside it
 * for those who use this package as a library.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const dist = dirname(fileURLToPath(import.meta.url));
/** Beside the bin itself, which stays where it is. */
const chunkFolder = 'bin';
const bin = join(dist, 'main.js');

/** What comes in one chunk, and the modules, loaded on demand, that ask for all of it. */
interface Chunk {
  readonly name: string;
  readonly modules: readonly string[];
  readonly askers: ReadonlySet<string>;
}

/**
 * Our own modules, fitted to where their text goes: one that looks for files beside itself finds them from its chunk too,
 * and of zod, which is asked for by the one name that holds all of it, only what is used comes along.
 */
const ownModules = (chunks: readonly Chunk[]): Plugin => ({
  name: 'own-modules',
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /\.js$/, namespace: 'file' }, async ({ path }) => {
      if (!path.startsWith(dist + sep)) return undefined;
      const text = await readFile(path, 'utf8');
      const contents = text.replace(
        /^import \{ z(?: as (\w+))? \} from 'zod';$/m,
        (_, name = 'z') => `import * as ${name} from 'zod';`,
      );
      const wanted = chunks.filter(({ askers }) => askers.has(path)).map(({ name }) => `import 'chunk:${name}';`);
      if (path === bin) return { contents: contents.replace(/^(#!.*\n)?/, (shebang) => [shebang, ...wanted].join('')) };
      const place = JSON.stringify(relative(join(dist, chunkFolder), path).split(sep).join('/'));
      const fitted = contents.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`);
      return { contents: [...wanted, fitted].join('') };
    });
    onResolve({ filter: /^chunk:/ }, ({ path }) => ({ path, namespace: 'chunk' }));
    onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({
      contents: (chunks.find(({ name }) => path === `chunk:${name}`)?.modules ?? [])
        .map((module) => `import ${JSON.stringify(module)};`)
        .join('\n'),
      resolveDir: dist,
    }));
  },
});

const plainWidth = join(dist, 'ui', 'text-width.js');

/** Packages around yargs measure text for the help; theirs costs every command what loading `Intl` costs. */
const textWidth: Plugin = {
  name: 'text-width',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /node_modules.(?:yargs|cliui|wrap-ansi)\b/.test(importer) ? { path: plainWidth, namespace: 'width' } : undefined,
    );
    // A copy: what is shared with a package would be a chunk of its own.
    onLoad({ filter: /.*/, namespace: 'width' }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\nexport { widthOf as default };`,
    }));
  },
};

/** zod carries its messages in fifty languages; ours are written here. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod.v4.locales.index\.js$/ }, () => ({ contents: "export { default as en } from './en.js';" }));
  },
};

/**
 * What checks the records of a run is a small part of zod, and a package that is shared comes whole: each command would
 * read all of zod to read a record. So that part is bundled by itself, and of it only what is used.
 */
const smallZod: Plugin = {
  name: 'small-zod',
  setup: ({ onLoad, onResolve, resolve: find }) => {
    const namespace = 'small-zod';
    onResolve({ filter: /^zod\/mini$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === namespace) return undefined;
      const found = await find(path, { resolveDir, kind, pluginData: namespace });
      return { path: found.path, namespace, sideEffects: false };
    });
    onResolve({ filter: /^\./, namespace }, ({ path, importer }) => ({
      path: join(dirname(importer), path),
      namespace,
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace }, async ({ path }) => ({ contents: await readFile(path, 'utf8') }));
  },
};

const options: BuildOptions = {
  entryPoints: [bin],
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // A native module, and what only the build uses.
  external: ['@photostructure/sqlite', 'esbuild'],
  logLevel: 'warning',
};
const packages = [englishOnly, textWidth, smallZod];

/**
 * Modules come in chunks by who asks for them, which makes dozens of a few lines each, and to find and load a file takes
 * longer than to run what is in it. So all that the bin needs, and all that `command` needs beside that, is asked for by
 * whatever needs any of it.
 */
async function planChunks(command: string): Promise<Chunk[]> {
  const { metafile } = await build({
    ...options,
    plugins: [...packages, ownModules([])],
    write: false,
    metafile: true,
  });
  const entries = new Set(
    Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.flatMap(({ kind, path, external }) => (kind === 'dynamic-import' && external !== true ? [path] : [])),
    ),
  );
  const needs = new Map([relative('', bin), ...entries].map((entry) => [entry, reachFrom(metafile.inputs, entry)]));
  const always = reachFrom(metafile.inputs, relative('', bin));
  const ofCommand = reachFrom(metafile.inputs, relative('', join(dist, command)));
  const chunkOf = (name: string, reached: Iterable<string>): Chunk => {
    // Of packages, what is not used is left out, and they can't be asked for as a whole.
    const modules = [...reached].filter((path) => resolve(path).startsWith(dist + sep) && !entries.has(path));
    const askers = [...needs].filter(([, needed]) => modules.some((path) => needed.has(path)));
    return {
      name,
      modules: modules.map((path) => resolve(path)),
      askers: new Set(askers.map(([path]) => resolve(path))),
    };
  };
  return [
    chunkOf(
      'always',
      [...always].filter((path) => resolve(path) !== bin),
    ),
    chunkOf(
      'common',
      [...ofCommand].filter((path) => !always.has(path)),
    ),
  ];
}

/** Packages that are CommonJS ask for Node's own modules by `require`; the bundler's own part hands it to them. */
function withRequire(text: string): string {
  if (!/\btypeof require\b/.test(text)) return text;
  return `import{createRequire}from'node:module';const require=createRequire(import.meta.url);${text}`;
}

/** The modules that are loaded with one of them. */
function reachFrom(inputs: Metafile['inputs'], from: string, reached = new Set<string>()): Set<string> {
  if (reached.has(from)) return reached;
  reached.add(from);
  const module = inputs[from];
  if (module === undefined) throw new Error(`the bundle holds no module ${from}`);
  for (const { path, kind, external } of module.imports) {
    if (kind !== 'dynamic-import' && external !== true) reachFrom(inputs, path, reached);
  }
  return reached;
}

const chunks = await planChunks(join('cli', 'status.js'));
const { outputFiles } = await build({
  ...options,
  outdir: dist,
  write: false,
  chunkNames: `${chunkFolder}/[name]-[hash]`,
  splitting: true,
  // Names stay as they are: a stack trace is what a report of a bug begins with.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  plugins: [...packages, ownModules(chunks)],
});
// Only now, for they may have been read; and chunks are named by their content: those of earlier builds would pile up.
await rm(join(dist, chunkFolder), { recursive: true, force: true });
await mkdir(join(dist, chunkFolder));
await Promise.all(outputFiles.map(({ path, text }) => writeFile(path, withRequire(text))));
