/** The plainest way to look at every row of a CSV: csv-parse with named columns. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

const parser = createReadStream(process.argv[2] ?? '', { highWaterMark: 256 * 1_024 }).pipe(
  parse({ columns: true, bom: true }),
);
let rows = 0;
for await (const _row of parser) rows += 1;
process.stdout.write(JSON.stringify({ rows }));
