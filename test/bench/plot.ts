/** Draws `growth.json`, which `npm run bench -- --full --growth test/bench/growth.json` writes, as `growth.svg`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawGrowth } from './draw-growth.js';
import { growthSchema } from './growth.js';

const folder = join(process.cwd(), 'test', 'bench');
const growth = growthSchema.parse(JSON.parse(readFileSync(join(folder, 'growth.json'), 'utf8')));
writeFileSync(join(folder, 'growth.svg'), drawGrowth(growth));
process.stdout.write(`${join(folder, 'growth.svg')}\n`);
