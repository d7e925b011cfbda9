/** The plainest way to write so many records: csv-stringify's stream, into a file. The records are those of a CSV, over and over. */
import { createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify';

const [, , sampleFile = '', rows = '', output = ''] = process.argv;
const records: string[][] = parse(readFileSync(sampleFile));

function* repeated(): Generator<string[]> {
  for (let index = 0; index < Number(rows); index++) yield records[index % records.length] ?? [];
}

await pipeline(Readable.from(repeated()), stringify(), createWriteStream(output));
process.stdout.write(JSON.stringify({ rows: Number(rows) }));
