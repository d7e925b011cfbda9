/** How much room text takes on a terminal, which has cells, not characters. */

const simple = /^[ -~]*$/;

interface Kinds {
  readonly marks: RegExp;
  readonly wide: RegExp;
}
let kinds: Kinds | null = null;

/**
 * Made when the first text needs them, and no literals, which are read with the program: either way what Unicode says of
 * all characters is gone through, and few texts need it.
 */
function makeKinds(): Kinds {
  const scripts = ['Han', 'Hiragana', 'Katakana', 'Hangul'].map((name) => `\\p{Script=${name}}`).join('');
  return {
    marks: /[\p{Mark}\p{Format}]/u,
    // East Asian scripts and their full-width forms, and pictures: two cells each.
    wide: new RegExp(String.raw`[${scripts}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]`, 'u'),
  };
}

/** Terminal cells that the text takes. */
export function widthOf(text: string): number {
  if (simple.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

function cellsOf(character: string): number {
  kinds ??= makeKinds();
  if (kinds.marks.test(character)) return 0;
  return kinds.wide.test(character) ? 2 : 1;
}

/** The text, or its beginning and `mark` where it is wider than `width`. */
export function cutToWidth(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(mark);
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > room) break;
    taken += character;
  }
  return room < 0 ? '' : `${taken}${mark}`;
}

/** Lines of at most `width` cells, broken at blanks; a longer word stays whole, because it may be an id or a path. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** @param align where the text stands in the room that it is given. */
export function padToWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
