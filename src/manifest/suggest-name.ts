import { distance } from 'fastest-levenshtein';
import { normaliseColumnName } from './column-names.js';

/**
 * The known name that an unknown one was probably meant to be, or null.
 *
 * Because a suggestion makes the manifest an error, short names must be closer than long ones: from six characters on
 * two edits are close, below that one, or two swapped neighbours (`naem`); with fewer than three nothing is. Else a
 * column `date` would pass for a mistyped `name`. The length is that of the shorter name, both normalised.
 */
export function suggestName(unknown: string, known: readonly string[]): string | null {
  const wanted = normaliseColumnName(unknown);
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const name of known) {
    const candidate = normaliseColumnName(name);
    const edits = distance(wanted, candidate);
    if (edits < (best?.edits ?? Number.POSITIVE_INFINITY) && isClose(wanted, candidate, edits)) best = { name, edits };
  }
  return best?.name ?? null;
}

function isClose(left: string, right: string, edits: number): boolean {
  const length = Math.min(left.length, right.length);
  if (edits === 0) return length > 0;
  if (length < 3 || edits > 2) return false;
  return edits === 1 || length >= 6 || haveSameLetters(left, right);
}

function haveSameLetters(left: string, right: string): boolean {
  return [...left].sort().join('') === [...right].sort().join('');
}
