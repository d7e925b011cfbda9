/** The fastest that Node can send these requests: as many loops as connections, nothing checked, nothing kept. */
import { Pool } from 'undici';
import { taskIdOf } from '../manifest-file.js';

const rows = Number(process.argv[2]);
const connections = Number(process.argv[3]);
const base = new URL(process.env.CLICKUP_BASE_URL ?? '');
const headers = { authorization: process.env.CLICKUP_API_TOKEN ?? '', 'content-type': 'application/json' };
const pool = new Pool(base.origin, { connections, pipelining: 1 });
let next = 0;

async function work(): Promise<void> {
  while (next < rows) {
    const path = `${base.pathname}/v2/task/${taskIdOf(next++)}`;
    const { statusCode, body } = await pool.request({ method: 'DELETE', path, headers });
    await body.dump();
    if (statusCode !== 204) throw new Error(`${path} was answered with ${statusCode}`);
  }
}

const startedAtMs = performance.now();
await Promise.all(Array.from({ length: connections }, work));
process.stdout.write(JSON.stringify({ activeMs: performance.now() - startedAtMs }));
await pool.close();
