/**
 * Makes the page's program and style of the files in `client/`: one text each. What the page needs of packages goes in
 * here, so that users don't install it.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ClientAssets } from './client-assets.js';

export async function bundleClient(): Promise<ClientAssets> {
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('page.css')]);
  return { script: assetOf(script), style: assetOf(style) };
}

/** Beside this file among the sources; from the built package, among the sources beside `dist`. */
function clientFile(name: string): string {
  const beside = fileURLToPath(new URL(`client/${name}`, import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL(`../../../../src/report/html/client/${name}`, import.meta.url));
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [clientFile(name)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const text = outputFiles[0]?.text.trim() ?? '';
  // The HTML parser looks for these whatever the language; either would end the block, or not let it end.
  if (text === '' || /<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${name} can't stand in a page.`);
  return text;
}

function assetOf(text: string): ClientAssets['script'] {
  return { text, hash: `sha256-${createHash('sha256').update(text).digest('base64')}` };
}
