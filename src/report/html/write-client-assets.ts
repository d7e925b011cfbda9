/** Run by the build, after the compiler: writes the page's program and style beside itself. */
import { writeFile } from 'node:fs/promises';
import { bundleClient } from './bundle.js';
import { clientAssetsFile } from './client-assets.js';

await writeFile(clientAssetsFile, JSON.stringify(await bundleClient()));
