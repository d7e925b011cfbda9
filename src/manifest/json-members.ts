/** A key and value at the top level of a JSON object, as written. */
export interface JsonMember {
  readonly key: string;
  /** The value's JSON text. */
  readonly text: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The members of an object, also repeated ones and in the order of writing; `JSON.parse` drops the one and rounds long
 * numbers in the other.
 *
 * @param text a JSON object that `JSON.parse` has accepted; other text gives nonsense
 */
export function readMembers(text: string): readonly JsonMember[] {
  const members: JsonMember[] = [];
  let index = text.indexOf('{') + 1;
  for (;;) {
    const keyStart = text.indexOf('"', index);
    if (keyStart < 0) return members;
    const keyEnd = skipString(text, keyStart);
    const valueStart = text.indexOf(':', keyEnd) + 1;
    const valueEnd = skipValue(text, valueStart);
    const key: unknown = JSON.parse(text.slice(keyStart, keyEnd));
    members.push({ key: String(key), text: text.slice(valueStart, valueEnd).trim() });
    index = valueEnd + 1;
  }
}

/** Whether there may be more members at the top level than distinct keys; no false negative, quickly told. */
export function mayRepeatKeys(text: string, distinctKeys: number): boolean {
  let colons = 0;
  for (let index = text.indexOf(':'); index >= 0; index = text.indexOf(':', index + 1)) {
    colons++;
    if (colons > distinctKeys) return true;
  }
  return false;
}

/** The index of the comma or brace that ends the value. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  let index = start;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = skipString(text, index);
      continue;
    }
    if (depth === 0 && (code === COMMA || code === CLOSE_BRACE)) return index;
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    index++;
  }
  return index;
}

/** The index after the string's closing quote. */
function skipString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    index += code === BACKSLASH ? 2 : 1;
  }
  return index;
}
