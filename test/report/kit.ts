/** What the tests of reports share: rows of which only what matters is said, and a place to write to. */
import { Writable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import type { ReportContext, ReportFormat } from '../../src/report/report-format.js';
import type { RunSummary } from '../../src/run/run-summary.js';
import type { ReportRow } from '../../src/state/report-reads.js';

export function rowOf(changes: Partial<ReportRow> = {}): ReportRow {
  return {
    number: 1,
    line: 2,
    provider: 'clickup',
    operation: 'delete',
    cells: ['86abc'],
    target: '86abc',
    state: 'succeeded',
    outcome: 'done',
    attempts: 1,
    requests: 2,
    httpStatus: 200,
    errorType: null,
    errorCode: null,
    message: null,
    suggestedAction: null,
    startedAtMs: Date.UTC(2026, 10, 22, 5, 30),
    finishedAtMs: Date.UTC(2026, 10, 22, 5, 30, 0, 312),
    requestId: 'req-1',
    url: 'https://app.clickup.com/t/86abc',
    title: null,
    place: null,
    ...changes,
  };
}

export const summary: RunSummary = {
  run: '20261122-0530-delete-7f3a',
  state: 'finished',
  parent: null,
  sandbox: false,
  manifest: { name: 'tasks.csv', format: 'csv', sha256: 'a'.repeat(64), bytes: 100, rows: 1 },
  services: [{ provider: 'clickup', title: 'ClickUp', tenant: 'Acme', user: 'Jane' }],
  rows: 1,
  states: { invalid: 0, skipped: 0, blocked: 0, pending: 0, sending: 0, succeeded: 1, failed: 0, unknown: 0 },
  outcomes: { done: 1, already: 0, settled: 0 },
  canary: null,
  requests: 2,
  planRequests: 1,
  createdAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: 0,
  activeMs: 0,
  requestsPerMinute: null,
  stop: null,
  reasons: [],
  next: null,
};

export function contextOf(...columns: string[]): ReportContext {
  return { columns, summary };
}

/** Everything that was written, as text. */
export function collect(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(output, { text: () => Buffer.concat(chunks).toString('utf8') });
}

export async function writeText(
  format: ReportFormat,
  rows: Iterable<ReportRow>,
  context: ReportContext,
): Promise<string> {
  const output = collect();
  await format.write(rows, context, output);
  return output.text();
}

/** A report's bytes as they were written. */
export async function writeBytes(write: (output: Writable) => Promise<void>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  await write(output);
  return Buffer.concat(chunks);
}

/** What a page holds as data, in order: the rows in pieces of JSON, then what is told of them all. */
export function dataBlocks(page: string): string[] {
  return [...page.matchAll(/<script type="text\/plain">([^<]*)<\/script>/g)].map(([, packed = '']) =>
    inflateRawSync(Buffer.from(packed, 'base64')).toString(),
  );
}
