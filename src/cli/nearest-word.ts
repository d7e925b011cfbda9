import { distance } from 'fastest-levenshtein';

/**
 * The known word that was probably meant, or null: what it is the beginning of, else what is the fewest edits away.
 *
 * More generous than `suggestName` of columns, for here a suggestion is only told, and makes nothing an error.
 */
export function nearestWord(unknown: string, known: readonly string[]): string | null {
  const word = unknown.toLowerCase();
  const beginnings = known.filter((name) => word.length > 1 && name.startsWith(word));
  if (beginnings.length > 0) return beginnings.reduce((a, b) => (b.length < a.length ? b : a));
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const name of known) {
    const edits = isSwap(word, name.toLowerCase()) ? 1 : distance(word, name.toLowerCase());
    if (edits <= mostEdits(word, name) && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { name, edits };
  }
  return best?.name ?? null;
}

/** Whether two neighbouring letters changed places, the commonest slip of fast fingers. */
function isSwap(word: string, name: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== name[index]);
  return (
    at >= 0 &&
    name ===
      `${word.slice(0, at)}${word
        .slice(at, at + 2)
        .split('')
        .reverse()
        .join('')}${word.slice(at + 2)}`
  );
}

/** A third of the longer word, at least one; nothing is near a word of one letter. */
function mostEdits(word: string, name: string): number {
  return word.length < 2 ? 0 : Math.max(1, Math.floor(Math.max(word.length, name.length) / 3));
}
