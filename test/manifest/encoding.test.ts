import { describe, expect, it } from 'vitest';
import { openManifest } from '../../src/manifest/read-manifest.js';
import { readCells, readText, refusalOf, sourceOf } from './read-all.js';

const chunkings = [1, 2, 3, 5, 1_000_000];

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('the encoding', () => {
  const text = 'id;name\r\n1;"Größe ""\u{1F600}"""\r\n2;一二三\r\n';
  const encoded = [
    ['utf-8', 'with', Buffer.from(`\uFEFF${text}`)],
    ['utf-8', 'without', Buffer.from(text)],
    ['utf-16le', 'with', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-16le', 'without', Buffer.from(text, 'utf16le')],
    ['utf-16be', 'with', utf16be(`\uFEFF${text}`)],
    ['utf-16be', 'without', utf16be(text)],
  ] as const;

  it.each(encoded)('%s %s a byte order mark is detected and read', async (encoding, _, bytes) => {
    for (const chunkBytes of chunkings) {
      const { manifest, rows } = await readText(bytes, { chunkBytes });
      expect(manifest).toMatchObject({ encoding, columns: ['id', 'name'], delimiter: ';' });
      expect(rows).toEqual([
        { number: 1, line: 2, cells: ['1', 'Größe "\u{1F600}"'] },
        { number: 2, line: 3, cells: ['2', '一二三'] },
      ]);
    }
  });

  it.each(['utf16le', 'utf8'] as const)('%s of JSONL is detected too', async (encoding) => {
    const bytes = Buffer.from('\uFEFF{"id":"ü"}\n', encoding);
    expect(await readCells(bytes, { name: 'tasks.jsonl' })).toEqual([['ü']]);
  });

  it.each([
    '一,任务\n一一,一\n',
    'काम,नाम\nसब,ऊन\n',
    'なまえ,期日\nこの仕事,テスト\n',
    'id',
    'id,Größe',
    'a\r',
  ])('%j in UTF-16 needs no mark', async (text) => {
    const header = text.trim().split('\n')[0]?.split(',');
    const little = await readText(Buffer.from(text, 'utf16le'));
    expect(little.manifest).toMatchObject({ encoding: 'utf-16le', columns: header });
    expect((await readText(utf16be(text))).manifest).toMatchObject({ encoding: 'utf-16be', columns: header });
  });

  it('is not taken for UTF-16 because of one zero byte', async () => {
    for (const text of ['a\0,b\n1,2\n', '\0a,b\n1,2\n', 'ab,\0c\n1,2\n', 'a,b\n1,2\n\0', 'ab\n\0c,d\n1,2\n']) {
      expect(await refusalOf(readText(text))).toMatchObject({ code: 'CONTROL_CHARACTER' });
    }
  });
});

describe('bytes that are no text are refused with their place', () => {
  it.each([
    [
      'Latin-1',
      Buffer.from('id,name\n1,a\n\n2,Gr\xf6\xdfe\n', 'latin1'),
      'tasks.csv:4, column 2',
      'The byte 0xF6 is not UTF-8.',
    ],
    ['a cut sequence', Buffer.from([0x61, 0x0a, 0xe2, 0x82, 0x0a, 0x62]), 'tasks.csv:2, column 1', 'The byte 0xE2'],
    ['an overlong form', Buffer.from([0x61, 0x0a, 0xc0, 0xaf]), 'tasks.csv:2, column 1', 'The byte 0xC0'],
    ['a surrogate', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80]), 'tasks.csv:2, column 1', 'The byte 0xED'],
    ['a beginning', Buffer.from([0xff, 0x61, 0x0a]), 'tasks.csv:1, column 1', 'The byte 0xFF'],
    [
      'an end',
      Buffer.from([0x61, 0x0a, 0x62, 0x0a, 0xf0, 0x9f, 0x98]),
      'tasks.csv:3, column 1',
      'ends within a character',
    ],
    [
      'half a UTF-16 pair',
      Buffer.from('id\n1\n\ud83dx\n', 'utf16le'),
      'tasks.csv:3, column 1',
      'half a character (U+D83D)',
    ],
    [
      'the wrong half',
      Buffer.from('id\n1\n\ude00x\n', 'utf16le'),
      'tasks.csv:3, column 1',
      'half a character (U+DE00)',
    ],
    [
      'an odd byte of UTF-16',
      Buffer.from('i\0d\0\n\x001', 'latin1'),
      'tasks.csv:2, column 1',
      'ends within a character',
    ],
    ['a half at the end of UTF-16BE', utf16be('id\n1\ud83d'), 'tasks.csv:2, column 1', 'ends within a character'],
  ])('%s', async (_, bytes, where, message) => {
    for (const chunkBytes of chunkings) {
      const refused = await refusalOf(readText(bytes, { chunkBytes }));
      expect(refused).toMatchObject({ code: 'ENCODING', where });
      expect(refused.message).toContain(message);
    }
  });

  it('Latin-1 in JSONL, by its line', async () => {
    const bytes = Buffer.from('{"a":"1"}\n\n{"a":"\xe9"}\n', 'latin1');
    expect(await refusalOf(readText(bytes, { name: 'a.jsonl' }))).toMatchObject({
      code: 'ENCODING',
      where: 'a.jsonl:3',
    });
  });
});

describe('other files that people take for a CSV', () => {
  it.each([
    ['an Excel workbook', [0x50, 0x4b, 0x03, 0x04, 0x14], 'zip archive; an Excel workbook (.xlsx)'],
    ['an old Excel workbook', [0xd0, 0xcf, 0x11, 0xe0, 0xa1], 'old Excel workbook (.xls)'],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], 'UTF-32'],
  ])('are refused by name: %s', async (_, bytes, named) => {
    const refused = await refusalOf(openManifest(sourceOf(Buffer.from(bytes))));
    expect(refused).toMatchObject({ code: 'NOT_TEXT', where: 'tasks.csv' });
    expect(refused.message).toContain(named);
  });
});
