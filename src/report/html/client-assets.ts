/** The page's own program and style: made at build time, and the same for every page. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { StateError, systemCodeOf } from '../../errors.js';

const assetSchema = z.object({
  text: z.string(),
  /** As a content security policy names it: `sha256-…`. */
  hash: z.string().regex(/^sha256-[A-Za-z0-9+/]{43}=$/),
});

export const clientAssetsSchema = z.object({ script: assetSchema, style: assetSchema });
export type ClientAssets = z.output<typeof clientAssetsSchema>;

/** Beside this file, where the build puts it. */
export const clientAssetsFile = new URL('client-assets.json', import.meta.url);

let loaded: Promise<ClientAssets> | null = null;

/**
 * Reads them once. Among the sources, where no build has put them, they are made on the spot.
 * @throws {StateError} when this installation has neither.
 */
export function loadClientAssets(): Promise<ClientAssets> {
  loaded ??= readAssets();
  return loaded;
}

async function readAssets(): Promise<ClientAssets> {
  try {
    return clientAssetsSchema.parse(JSON.parse(await readFile(clientAssetsFile, 'utf8')));
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw missing(error);
  }
  try {
    const { bundleClient } = await import('./bundle.js');
    return await bundleClient();
  } catch (error) {
    throw missing(error);
  }
}

function missing(cause: unknown): StateError {
  return new StateError('This installation of taskbatch lacks the parts of the report page.', {
    where: clientAssetsFile.pathname,
    code: 'NO_PAGE_PARTS',
    fix: 'Install taskbatch again, or build it: npm run build. Until then use --format csv.',
    cause,
  });
}
