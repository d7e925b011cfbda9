/**
 * Part of the build: makes the compiled bin and all that it loads, packages included, into a few files. To read five
 * hundred modules takes several times as long as to run what a short command needs of them. The modules stay beside it
 * for those who use this package as a library.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const dist = dirname(fileURLToPath(import.meta.url));
/** Beside the bin itself, which stays where it is. */
const chunkFolder = 'bin';
const bin = join(dist, 'main.js');

/**
 * Our own modules, fitted to where their text goes: one that looks for files beside itself finds them from its chunk too,
 * and of zod, which is asked for by the one name that holds all of it, only what is used comes along.
 */
const ownModules: Plugin = {
  name: 'own-modules',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.js$/, namespace: 'file' }, async ({ path }) => {
      if (!path.startsWith(dist + sep)) return undefined;
      const text = await readFile(path, 'utf8');
      const contents = text.replace(
        /^import \{ z(?: as (\w+))? \} from 'zod';$/m,
        (_, name = 'z') => `import * as ${name} from 'zod';`,
      );
      if (path === bin) return { contents };
      const place = JSON.stringify(relative(join(dist, chunkFolder), path).split(sep).join('/'));
      return { contents: contents.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`) };
    });
  },
};

const plainWidth = join(dist, 'ui', 'text-width.js');

/** Packages around yargs measure text for the help; theirs costs every command what loading `Intl` costs. */
const textWidth: Plugin = {
  name: 'text-width',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /node_modules.(?:yargs|cliui|wrap-ansi)\b/.test(importer) ? { path: plainWidth, namespace: 'width' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'width' }, ({ path }) => ({
      contents: `export { widthOf as default } from ${JSON.stringify(path)};`,
      resolveDir: dist,
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

// Chunks are named by their content: those of earlier builds would pile up.
await rm(join(dist, chunkFolder), { recursive: true, force: true });
await build({
  entryPoints: [bin],
  outdir: dist,
  allowOverwrite: true,
  chunkNames: `${chunkFolder}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Names stay as they are: a stack trace is what a report of a bug begins with.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // A native module, and what only the build uses.
  external: ['@photostructure/sqlite', 'esbuild'],
  // Packages that are CommonJS ask for Node's own modules by it.
  banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
  plugins: [englishOnly, textWidth, ownModules],
  logLevel: 'warning',
});
