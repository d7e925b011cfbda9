/** Reads a run's log, which may be large, damaged or not there, line by line. */
import { createReadStream } from 'node:fs';
import { systemCodeOf } from '../../errors.js';
import { field, textField } from '../../json.js';

/** What a line tells that a chart is made of. */
export type LogEntry =
  | {
      readonly kind: 'request';
      readonly provider: string;
      /** When the answer came, wall clock in ms. */
      readonly atMs: number;
      readonly durationMs: number;
      readonly throttled: boolean;
      /** Whether an answer came at all. */
      readonly answered: boolean;
    }
  | {
      readonly kind: 'pause';
      readonly provider: string;
      readonly atMs: number;
      readonly untilMs: number | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'rate';
      readonly provider: string;
      readonly atMs: number;
      readonly perMinute: number;
      readonly wasPerMinute: number;
    }
  | { readonly kind: 'damaged' };

/** Longer lines than the logger writes are none of its. */
const longestLine = 1_000_000;

/**
 * Calls `take` for each line that matters.
 * @returns false when there is no such file, or it can't be read to its end.
 */
export async function readLog(path: string, take: (entry: LogEntry) => void): Promise<boolean> {
  let rest = '';
  try {
    // Names and reasons may hold any character; a piece may end within one, which the stream's decoder sees to.
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
      const lines = (rest + String(piece)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) rest = '';
      for (const line of lines) takeLine(line, take);
    }
  } catch (error) {
    if (systemCodeOf(error) === null) throw error;
    return false;
  }
  if (rest !== '') takeLine(rest, take);
  return true;
}

const events = { request: '"event":"request",', paused: '"event":"paused",', rate: '"event":"rate",' } as const;

/** What is of another form, or tells of rows, is not looked at any further: a log is mostly read past. */
function takeLine(line: string, take: (entry: LogEntry) => void): void {
  if (line === '') return;
  if (!line.startsWith('{"level":"') || !line.endsWith('}')) {
    take({ kind: 'damaged' });
    return;
  }
  // Only the level and the time are in front of it.
  const at = line.indexOf('"event":"');
  const isRequest = line.startsWith(events.request, at);
  if (!isRequest && !line.startsWith(events.paused, at) && !line.startsWith(events.rate, at)) return;
  const atMs = timeOf(line.slice(at - 26, at - 2));
  const entry = isRequest ? requestOf(line, atMs) : otherOf(line, atMs);
  take(Number.isNaN(atMs) ? { kind: 'damaged' } : entry);
}

/** Requests are most of a log: taking out some members costs a tenth of parsing the line. Quotes within texts are
 * escaped, so what is looked for are members of the line itself. */
function requestOf(line: string, atMs: number): LogEntry {
  const provider = line.indexOf(',"provider":"');
  const ms = line.lastIndexOf(',"ms":');
  if (provider === -1 || ms === -1) return { kind: 'damaged' };
  const from = provider + ',"provider":"'.length;
  const end = line.indexOf(',', ms + 6);
  const durationMs = Number(line.slice(ms + 6, end));
  if (!(durationMs >= 0)) return { kind: 'damaged' };
  return {
    kind: 'request',
    provider: line.slice(from, line.indexOf('"', from)),
    atMs,
    durationMs,
    throttled: line.startsWith('"throttled":true', end + 1),
    answered: line.includes(',"status":'),
  };
}

function otherOf(line: string, atMs: number): LogEntry {
  const fields = parse(line);
  const name = textField(fields, 'provider');
  if (name === null) return { kind: 'damaged' };
  if (field(fields, 'event') === 'paused') {
    const untilMs = Date.parse(textField(fields, 'until') ?? '');
    const reason = textField(fields, 'reason') ?? '';
    return { kind: 'pause', provider: name, atMs, untilMs: Number.isNaN(untilMs) ? null : untilMs, reason };
  }
  const [perMinute, wasPerMinute] = [field(fields, 'perMinute'), field(fields, 'wasPerMinute')];
  if (typeof perMinute !== 'number' || typeof wasPerMinute !== 'number') return { kind: 'damaged' };
  return { kind: 'rate', provider: name, atMs, perMinute, wasPerMinute };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The last second that was asked for: lines beside each other share it. */
let second = { text: '', atMs: 0 };

/** Of `2026-11-22T05:30:00.123Z`; NaN for anything else. */
function timeOf(text: string): number {
  if (text.length !== 24) return Number.NaN;
  const whole = text.slice(0, 19);
  if (second.text !== whole) second = { text: whole, atMs: Date.parse(`${whole}Z`) };
  return second.atMs + Number(text.slice(20, 23));
}
