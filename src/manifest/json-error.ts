import { messageOf } from '../errors.js';

/** What is wrong in text that is no JSON, and the 1-based character at which it was noticed. */
export interface JsonFault {
  readonly reason: string;
  readonly position: number;
}

/** Explains why `JSON.parse` refuses the text; null when it does not. */
export function explainJsonError(text: string): JsonFault | null {
  const message = parseMessage(text);
  if (message === null) return null;
  const position = statedPosition(message, text.length) ?? findPosition(text);
  // The engine's words, without the excerpt and the position that it adds to some of them.
  const reason = message
    .replace(/,? (?:\.\.\.)?".*" is not valid JSON$/s, '')
    .replace(/(?: in JSON)? at position.*$/s, '');
  return { reason, position };
}

function parseMessage(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function statedPosition(message: string, length: number): number | null {
  if (message.startsWith('Unexpected end')) return length + 1;
  const stated = /at position (\d+)/.exec(message)?.[1];
  return stated === undefined ? null : Number(stated) + 1;
}

/**
 * Some messages of V8 give an excerpt instead of a position. The position is the length of the shortest beginning of
 * the text that is wrong however it goes on, so it can be found by halving.
 */
function findPosition(text: string): number {
  let right = text.length;
  let left = 0;
  while (right - left > 1) {
    const middle = Math.floor((left + right) / 2);
    if (isHopeless(text.slice(0, middle))) right = middle;
    else left = middle;
  }
  return right;
}

function isHopeless(beginning: string): boolean {
  const message = parseMessage(beginning);
  if (message === null) return false;
  const position = statedPosition(message, beginning.length);
  return position === null || position <= beginning.length;
}
