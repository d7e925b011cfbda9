/** The words of a title in a form in which those of other titles equal them: small letters, `#` for any number. Pure. */

/** Of longer titles the rest is not looked at. */
const mostWords = 20;

/** `[test]` of `[test] Q4 plan`, also where it is `[test]Q4 plan`; empty for an empty title. */
export function firstWord(title: string): string {
  const text = normal(title);
  return /^(?:\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|[^\s:|]+:?)/u.exec(text)?.[0] ?? '';
}

/** `(copy)` of `Q4 plan (copy)`. */
export function lastWord(title: string): string {
  const text = normal(title);
  return /(?:\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|\S+)$/u.exec(text)?.[0] ?? '';
}

/** Each word once, without the marks around it. */
export function words(title: string): string[] {
  return [...new Set(normal(title).split(/[^\p{L}\p{N}#]+/u))].filter((word) => word !== '').slice(0, mostWords);
}

function normal(title: string): string {
  return title.normalize('NFKC').trim().toLowerCase().replace(/\d+/g, '#');
}
