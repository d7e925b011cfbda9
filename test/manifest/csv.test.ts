import { describe, expect, it } from 'vitest';
import { openManifest } from '../../src/manifest/read-manifest.js';
import { readCells, readText, refusalOf, sourceOf } from './read-all.js';

/** Each behaviour must not depend on how the bytes arrive. */
const chunkings = [1, 2, 3, 7, 64, 1_000_000];

describe('cells', () => {
  it('are the text exactly as written', async () => {
    const text = 'a,b,c\n x ,"say ""hi""","=1+1"\n007,"line 1\r\nline 2",\u{1F600}é\n,"",""\n';
    for (const chunkBytes of chunkings) {
      expect(await readCells(text, { chunkBytes })).toEqual([
        [' x ', 'say "hi"', '=1+1'],
        ['007', 'line 1\r\nline 2', '\u{1F600}é'],
        ['', '', ''],
      ]);
    }
  });

  it.each([
    [',', 'a,b;c,d\n1,2,3\n'],
    [';', 'a;"x,y,z,t";c\n1;2;3\n'],
    ['\t', 'a\tb, c\n1\t2\n'],
    ['|', 'a|b|c\n1|2|3\n'],
    [';', 'Name, full;Id\nx, y;2\n'],
    [',', 'single\n1\n'],
  ])('are divided by %j when the header says so', async (delimiter, text) => {
    const { manifest, rows } = await readText(text);
    expect(manifest.delimiter).toBe(delimiter);
    expect(rows.every((row) => row.problem === undefined)).toBe(true);
    expect(rows[0]?.cells).toHaveLength(manifest.columns.length);
  });

  it('are found with a header that is longer than the first look', async () => {
    const header = Array.from({ length: 2000 }, (_, index) => `"col ""${index}"", x"`).join(';');
    const { manifest } = await readText(`"${'long, '.repeat(1000)}";${header}\n`, { chunkBytes: 100 });
    expect(manifest.delimiter).toBe(';');
    expect(manifest.columns[2000]).toBe('col "1999", x');
  });

  it('of a column called __proto__ are values like others', async () => {
    const { manifest, rows } = await readText('__proto__,constructor,id\n1,2,3\n');
    expect(manifest.columns).toEqual(['__proto__', 'constructor', 'id']);
    expect(rows[0]?.cells).toEqual(['1', '2', '3']);
    expect(Object.hasOwn(Object.prototype, 'id')).toBe(false);
  });
});

describe('line numbers', () => {
  it('are those on which records start, also after quoted line breaks, blank lines and mixed line ends', async () => {
    const text = [
      '\r\n\n', // 1, 2
      'id,note\r\n', // 3
      '1,a\n', // 4
      '\r\n\n\r', // 5, 6, 7
      '2,"x\r\ny\nz\rw"\r\n', // 8 to 11
      '3,b\r', // 12
      '   \n', // 13
      '4,"\r\n\r\n"\n', // 14 to 16
      '"5\n",c\r\n', // 17, 18
      '6,d', // 19
    ].join('');
    for (const chunkBytes of chunkings) {
      const { rows } = await readText(text, { chunkBytes });
      expect(rows.map(({ number, line, cells }) => [number, line, cells[0]])).toEqual([
        [1, 4, '1'],
        [2, 8, '2'],
        [3, 12, '3'],
        [4, 14, '4'],
        [5, 17, '5\n'],
        [6, 19, '6'],
      ]);
    }
  });
});

describe('a row of the wrong length', () => {
  it('has a problem and lets the others through', async () => {
    for (const chunkBytes of chunkings) {
      const { rows } = await readText('a,b,c\n1,2,3\n"x\n",2\n\n1,2,3,4,5\n1,2,3\n', { chunkBytes });
      expect(rows).toEqual([
        { number: 1, line: 2, cells: ['1', '2', '3'] },
        {
          number: 2,
          line: 3,
          cells: ['x\n', '2'],
          problem: {
            line: 3,
            column: 'c',
            value: null,
            reason: 'the row has 2 cells; the header has 3',
            fix: 'Write every cell, also the empty ones at the end.',
            code: 'TOO_FEW_CELLS',
          },
        },
        {
          number: 3,
          line: 6,
          cells: ['1', '2', '3'],
          problem: {
            line: 6,
            column: null,
            value: '4,5',
            reason: 'the row has 5 cells; the header has 3',
            fix: 'Put a cell that contains "," in double quotes.',
            code: 'TOO_MANY_CELLS',
          },
        },
        { number: 4, line: 7, cells: ['1', '2', '3'] },
      ]);
    }
  });

  it('is none when a line of spaces is a blank line, and is one when it is a value', async () => {
    expect(await readCells('a,b\n \t\n1,2\n')).toEqual([['1', '2']]);
    expect(await readCells('a\n \n""\n\n1\n')).toEqual([[' '], [''], ['1']]);
  });
});

describe('a header', () => {
  it.each([
    ['a,,c,\n1,2,3,4\n', 'EMPTY_COLUMN_NAME', 'tasks.csv:1, column 2', 'Columns 2 and 4 have no name.'],
    ['\n\na, - \n', 'EMPTY_COLUMN_NAME', 'tasks.csv:3, column 2', 'Column 2 has no name.'],
  ])('with an empty name is refused by position: %j', async (text, code, where, message) => {
    expect(await refusalOf(openManifest(sourceOf(text)))).toMatchObject({ code, where, message });
  });

  it('with names that mean the same is refused by position', async () => {
    const refused = await refusalOf(openManifest(sourceOf('Task ID,x,task_id,X,taskId\n')));
    expect(refused).toMatchObject({ code: 'DUPLICATE_COLUMN', where: 'tasks.csv:1, column 3' });
    expect(refused.message).toContain(
      'columns 1, 3 and 5 ("Task ID", "task_id", "taskId"); columns 2 and 4 ("x", "X")',
    );
  });

  it('may repeat the columns of a report beside columns of the same names', async () => {
    const { manifest } = await readText('operation,_operation,_row,_row\na,b,c,d\n');
    expect(manifest.columns).toEqual(['operation', '_operation', '_row', '_row']);
  });
});

describe('a quote that breaks the rules refuses the manifest', () => {
  it.each([
    ['stray', 'a,b\n1,2\n3,x"y\n', 'STRAY_QUOTE', 'tasks.csv:3, column 2'],
    ['stray after a row of two lines', 'a,b\n"1\r\n",2\n3,x"y\n', 'STRAY_QUOTE', 'tasks.csv:4, column 2'],
    ['text after it', 'a,b\n\n"1" x,2\n', 'TEXT_AFTER_QUOTE', 'tasks.csv:3, column 1'],
    ['text after one of two lines', 'a,b\n"1","2\n"x\n', 'TEXT_AFTER_QUOTE', 'tasks.csv:3, column 2'],
    ['never closed', 'a,b\n1,2\n\n3,"x\ny\nz,1\n', 'QUOTE_NOT_CLOSED', 'tasks.csv:4, column 2'],
    [
      'never closed after cells of two lines',
      'a,b,c\n"1\n2","3""\r\n4","x\ny\n',
      'QUOTE_NOT_CLOSED',
      'tasks.csv:4, column 3',
    ],
    ['in the header', 'a,"b\n1,2\n', 'QUOTE_NOT_CLOSED', 'tasks.csv:1, column 2'],
    ['stray in the header', 'a,b"c\n1,2\n', 'STRAY_QUOTE', 'tasks.csv:1, column 2'],
  ])('%s', async (_, text, code, where) => {
    for (const chunkBytes of chunkings) {
      expect(await refusalOf(readText(text, { chunkBytes }))).toMatchObject({ code, where });
    }
  });
});

describe('a control character refuses the manifest', () => {
  it.each([
    ['U+0000', 'id,note\n1,a\n\n2,"x\ny\0"\n', 'tasks.csv:5, column 2', 'column 2 ("note")'],
    ['U+001B', 'id,note\n\u001b[31m1,a\n', 'tasks.csv:2, column 1', 'column 1 ("id")'],
    ['U+007F', 'id,note\n1,\u007f\n', 'tasks.csv:2, column 2', 'column 2 ("note")'],
    ['U+0085', 'id,note\n1,°\u0085\n', 'tasks.csv:2, column 2', 'column 2 ("note")'],
    ['U+0000', 'id,no\0te\n', 'tasks.csv:1, column 2', 'column 2.'],
  ])('%s in %j', async (character, text, where, column) => {
    for (const chunkBytes of chunkings) {
      const refused = await refusalOf(readText(text, { chunkBytes }));
      expect(refused).toMatchObject({ code: 'CONTROL_CHARACTER', where });
      expect(refused.message).toContain(character);
      expect(refused.message).toContain(column);
    }
  });

  it('but not when a broken quote stands before it', async () => {
    for (const chunkBytes of chunkings) {
      const refused = await refusalOf(readText('a,b\n1,x"\0\n', { chunkBytes }));
      expect(refused).toMatchObject({ code: 'STRAY_QUOTE', where: 'tasks.csv:2, column 2' });
    }
  });

  it('but not a tab or a line break in a cell, nor U+00A0', async () => {
    expect(await readCells('a\n"x\ty\nz\r\u00a0"\n')).toEqual([['x\ty\nz\r\u00a0']]);
  });
});
