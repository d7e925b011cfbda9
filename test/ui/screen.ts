/** A terminal in memory: plays what was written, as far as progress bars need it, and shows what would be seen. */
import { Writable } from 'node:stream';

export interface Screen extends Writable {
  readonly isTTY: true;
  readonly columns: number;
  /** What is seen, without blank lines at the end. */
  lines(): string[];
  cursorVisible(): boolean;
}

const sequence = /^\[(\??[0-9;]*)([A-Za-z])/;

export function createScreen(columns = 80): Screen {
  const rows: string[] = [''];
  let row = 0;
  let column = 0;
  let visible = true;
  const put = (character: string): void => {
    if (column >= columns) {
      row += 1;
      column = 0;
    }
    while (rows.length <= row) rows.push('');
    const line = (rows[row] ?? '').padEnd(column);
    rows[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  const control = (argument: string, letter: string): void => {
    const line = rows[row] ?? '';
    if (letter === 'A') row = Math.max(0, row - Number(argument || 1));
    else if (letter === 'G') column = Number(argument || 1) - 1;
    else if (letter === 'K') rows[row] = argument === '2' ? '' : line.slice(0, column);
    else if (letter === 'J') {
      rows[row] = line.slice(0, column);
      rows.length = row + 1;
    } else if (argument === '?25') visible = letter === 'h';
    else throw new Error(`the screen does not know ${JSON.stringify(argument + letter)}`);
  };
  const play = (text: string): void => {
    for (let index = 0; index < text.length; index++) {
      const character = text[index] ?? '';
      const found = character === '\u001b' ? sequence.exec(text.slice(index + 1)) : null;
      if (found !== null) {
        control(found[1] ?? '', found[2] ?? '');
        index += found[0].length;
      } else if (character === '\n') {
        row += 1;
        column = 0;
        while (rows.length <= row) rows.push('');
      } else put(character);
    }
  };
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      play(chunk.toString());
      done();
    },
  });
  const lines = (): string[] => {
    const shown = rows.map((line) => line.trimEnd());
    while (shown.at(-1) === '') shown.pop();
    return shown;
  };
  return Object.assign(stream, { isTTY: true as const, columns, lines, cursorVisible: () => visible });
}
