/** Text within XML 1.0, which can't hold every character: https://www.w3.org/TR/xml/#charsets */

const unfit = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would make blanks of these in an attribute, and a line end of a carriage return anywhere.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Content of an element or a quoted attribute. DEL and C1 would drive a terminal that shows the file. What XML can't hold is shown by its number: `⟨U+0000⟩`. */
export function xmlText(text: string): string {
  return text
    .replace(unfit, (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
    .replace(/[&<>"\t\n\r\u007f-\u009f]/g, (character) => escapes[character] ?? `&#${character.charCodeAt(0)};`);
}
