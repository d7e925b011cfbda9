/** What people write for this: read the file, queue every row, fetch, keep the results in memory. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import PQueue from 'p-queue';
import { z } from 'zod';

const [, , file = '', concurrency = ''] = process.argv;
const base = process.env.CLICKUP_BASE_URL ?? '';
const headers = { authorization: process.env.CLICKUP_API_TOKEN ?? '', 'content-type': 'application/json' };
const rows = z.array(z.object({ task_id: z.string() })).parse(parse(readFileSync(file), { columns: true, bom: true }));
const queue = new PQueue({ concurrency: Number(concurrency) });
const results: Array<{ readonly taskId: string; readonly status: number; readonly text: string }> = [];

const startedAtMs = performance.now();
for (const { task_id: taskId } of rows) {
  void queue.add(async () => {
    const response = await fetch(`${base}/v2/task/${taskId}`, { method: 'DELETE', headers });
    results.push({ taskId, status: response.status, text: await response.text() });
  });
}
await queue.onIdle();
const activeMs = performance.now() - startedAtMs;
if (results.some(({ status }) => status !== 204)) throw new Error('a request was refused');
process.stdout.write(JSON.stringify({ activeMs }));
