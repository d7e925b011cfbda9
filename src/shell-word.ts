/** A word as a person pastes it into a shell: quoted where the shell would read more into it than the word. */
export function shellWord(text: string): string {
  return /^[\w./@:+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
