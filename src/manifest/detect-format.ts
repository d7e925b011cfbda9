import type { ManifestFormat } from './manifest-row.js';
import { refusal } from './refusal.js';

export type Delimiter = ',' | ';' | '\t' | '|';

export interface HeaderSniff {
  readonly delimiter: Delimiter;
  /** Whether the line is known to its end; otherwise more text may change the answer. */
  readonly complete: boolean;
}

/**
 * Tells CSV from JSONL by the content: a first character `{` is JSONL. The name has a say only where the content could
 * be both: a file called .csv or .tsv whose first line is no JSON object is CSV, whatever it begins with.
 *
 * @throws ManifestError when it is JSON in another shape: one array, or a .jsonl file whose first line is no object.
 */
export function detectFormat(name: string, beginning: string): ManifestFormat {
  const extension = /\.([a-z]+)$/i.exec(name.replace(/\.gz$/i, ''))?.[1]?.toLowerCase() ?? '';
  const text = beginning.trimStart();
  const line = 1 + countLineBreaks(beginning.slice(0, beginning.length - text.length));
  const calledCsv = extension === 'csv' || extension === 'tsv';
  const calledJson = extension === 'jsonl' || extension === 'ndjson' || extension === 'json';
  if (/^\[\s*(?:\{|$)/.test(text) || (calledJson && text.startsWith('['))) {
    const fix = "Write one object a line, without the array's brackets and commas: jq -c '.[]' file.json > file.jsonl";
    throw refusal({ name, line }, { message: 'This is one JSON array, not JSONL.', fix, code: 'JSON_ARRAY' });
  }
  if (text.startsWith('{')) return calledCsv && !isJsonObject(firstLine(text)) ? 'csv' : 'jsonl';
  if (!calledJson || text === '') return 'csv';
  const fix = 'Write one JSON object a line, or give the file a name that ends in .csv.';
  throw refusal({ name, line }, { message: 'The first line is no JSON object.', fix, code: 'NOT_JSONL' });
}

/** In the order that decides a tie: the rarer a character is in column names, the earlier. */
const DELIMITERS: readonly Delimiter[] = ['\t', ';', '|', ','];
const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Finds the delimiter in the first line that is not blank: the candidate that stands there most often outside quotes,
 * and `,` when there is none.
 */
export function sniffDelimiter(beginning: Uint8Array): HeaderSniff {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter.charCodeAt(0), { delimiter, count: 0 }]));
  let quoted = false;
  let atStart = true;
  let complete = false;
  let index = 0;
  while (index < beginning.length && isLineBreak(beginning[index])) index++;
  for (; index < beginning.length && !complete; index++) {
    const byte = beginning[index] ?? 0;
    const candidate = counts.get(byte);
    if (quoted) quoted = byte !== QUOTE;
    // A quote right after a quote that closed is a doubled one, and the cell goes on.
    else if (byte === QUOTE) quoted = atStart || beginning[index - 1] === QUOTE;
    else if (candidate !== undefined) candidate.count++;
    else complete = isLineBreak(byte);
    atStart = !quoted && candidate !== undefined;
  }
  const best = [...counts.values()].reduce((left, right) => (right.count > left.count ? right : left));
  return { delimiter: best.count === 0 ? ',' : best.delimiter, complete };
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text)?.[0] ?? '';
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
