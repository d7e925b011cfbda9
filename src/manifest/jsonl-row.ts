import { describeCharacter, findForbiddenCharacter } from './control-characters.js';
import type { JsonColumns, KeyFault } from './json-columns.js';
import { explainJsonError } from './json-error.js';
import { mayRepeatKeys, readMembers } from './json-members.js';
import { type ManifestProblem, type ManifestRow, shortenText } from './manifest-row.js';

/** One line of JSONL with its place. */
export interface JsonLine {
  readonly number: number;
  readonly line: number;
  readonly text: string;
}

type Fault = Omit<ManifestProblem, 'line'>;

/** Turns a line into a row. A key that is new becomes a column; anything wrong becomes the row's problem. */
export function readJsonRow({ number, line, text }: JsonLine, columns: JsonColumns): ManifestRow {
  const object = parseObject(text);
  if (!isObject(object)) return { number, line, cells: [], problem: { line, ...explainNoObject(text) } };
  const cells: (string | undefined)[] = [];
  const fault = fillCells(cells, object, text, columns);
  return fault === null ? { number, line, cells } : { number, line, cells, problem: { line, ...fault } };
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explainNoObject(text: string): Fault {
  const fault = explainJsonError(text);
  const value = shortenText(text);
  const fix = 'Write one complete JSON object on each line.';
  if (fault === null)
    return { column: null, value, reason: 'the line is JSON, but no object', fix, code: 'NOT_AN_OBJECT' };
  const reason = `the line is no valid JSON: ${fault.reason} at character ${fault.position}`;
  return { column: null, value, reason, fix, code: 'INVALID_JSON' };
}

/** Puts the object's values into their columns; the first thing that is wrong is returned. */
function fillCells(
  cells: (string | undefined)[],
  object: Record<string, unknown>,
  text: string,
  columns: JsonColumns,
): Fault | null {
  const keys = Object.keys(object);
  let fault = mayRepeatKeys(text, keys.length) ? findRepeatedKey(text) : null;
  // Only an escape can hide a control character: the text itself was checked when it was decoded.
  const escaped = text.includes('\\');
  let texts: ReadonlyMap<string, string> | null = null;
  for (let guess = 0; guess < keys.length; guess++) {
    const key = keys[guess] ?? '';
    const index = columns.resolve(key, guess);
    if (typeof index === 'string') {
      fault ??= refuseKey(key, index);
      continue;
    }
    // `in`, because a key that is null fills its column too.
    if (index in cells) fault ??= refuseRepeatedKey(key);
    const value = object[key];
    if (needsWrittenText(value)) {
      texts ??= new Map(readMembers(text).map((member) => [member.key, member.text]));
      cells[index] = texts.get(key);
    } else cells[index] = value === null ? undefined : String(value);
    if (escaped && typeof value === 'string') fault ??= checkCharacters(key, value);
  }
  return fault;
}

/** Numbers that JavaScript may have rounded or would write in another way, objects and arrays. */
function needsWrittenText(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null;
}

function findRepeatedKey(text: string): Fault | null {
  const seen = new Set<string>();
  for (const { key } of readMembers(text)) {
    if (seen.has(key)) return refuseRepeatedKey(key);
    seen.add(key);
  }
  return null;
}

function refuseRepeatedKey(key: string): Fault {
  const reason = 'two keys of the object are the same column; case, spaces, "_" and "-" make no difference';
  return { column: key, value: null, reason, fix: 'Keep one of them.', code: 'DUPLICATE_KEY' };
}

function refuseKey(key: string, keyFault: KeyFault): Fault {
  const column = shortenText(key);
  if (keyFault === 'empty') {
    return { column, value: null, reason: 'a key has no name', fix: 'Name it.', code: 'EMPTY_COLUMN_NAME' };
  }
  if (keyFault === 'characters') {
    const reason = 'a key has a control character or half a character in it';
    return { column, value: null, reason, fix: 'Remove it.', code: 'CONTROL_CHARACTER' };
  }
  const reason = 'with this key the manifest has too many different keys';
  return { column, value: null, reason, fix: 'Use the same few keys on each line.', code: 'TOO_MANY_COLUMNS' };
}

function checkCharacters(column: string, text: string): Fault | null {
  const character = findForbiddenCharacter(text);
  if (character === null) return null;
  const reason = `there is a control character or half a character (${describeCharacter(character)}) in the value`;
  const fix = 'Remove it; only tabs and line breaks are allowed.';
  return { column, value: shortenText(text), reason, fix, code: 'CONTROL_CHARACTER' };
}
