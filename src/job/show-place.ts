/** The line of a text in which something is wrong, and below it a caret under the place. Tabs stay, so that both align. */
export function showPlace(text: string, offset: number): string {
  // What ends too early is found missing on the empty line behind it.
  const isBehind = text.slice(text.lastIndexOf('\n', offset - 1) + 1).trim() === '';
  const before = isBehind ? text.slice(0, offset).trimEnd() : text.slice(0, offset);
  const begin = before.lastIndexOf('\n') + 1;
  const end = text.indexOf('\n', begin);
  const line = text.slice(begin, end === -1 ? undefined : end).replace(/\r$/, '');
  const margin = before.slice(begin).replace(/[^\t]/g, ' ');
  return `  ${line}\n  ${margin}^`;
}
