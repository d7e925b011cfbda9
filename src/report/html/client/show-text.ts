/** What controls and direction marks would hide or turn around is shown by its number. */
const invisible = /[\p{Cc}\p{Surrogate}\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** For one line: line ends and tabs are shown as signs. */
export function showText(text: string): string {
  return showHidden(text.replace(/\r\n|[\r\n]/g, '⏎').replaceAll('\t', '⇥'));
}

/** For a text that may have several lines. */
export function showLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => showHidden(line.replaceAll('\t', '    ')))
    .join('\n');
}

function showHidden(text: string): string {
  return text.replace(
    invisible,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
