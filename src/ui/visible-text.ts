/** Controls drive terminals, and direction marks make a text read other than it is: both are shown by their number. */
const invisible = /[\p{Cc}\p{Surrogate}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text from a manifest, a service or a file name, made fit for one line of a terminal. */
export function visibleText(text: string): string {
  return text.replace(/\r\n|[\r\n\t]/g, ' ').replace(invisible, showNumber);
}

/** The same for a text of several lines, which stay lines. */
export function visibleLines(text: string): string[] {
  return text.split(/\r\n|\n/).map((line) => line.replaceAll('\t', ' ').replace(invisible, showNumber));
}

/** What drives a terminal. Tabs and line ends are data, but a lone carriage return writes over the line. */
const driving = /(?![\t\n\r])\p{Cc}|\r(?!\n)/gu;

/** A text within a file that somebody may show in a terminal: all else of it stays as it is. */
export function visibleControls(text: string): string {
  return text.replace(driving, showNumber);
}

function showNumber(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
