import { describe, expect, it } from 'vitest';
import { explainJsonError } from '../../src/manifest/json-error.js';
import { readMembers } from '../../src/manifest/json-members.js';
import { openManifest } from '../../src/manifest/read-manifest.js';
import { readCells, readText, refusalOf, sourceOf } from './read-all.js';

const chunkings = [1, 3, 50, 1_000_000];

async function problemsOf(text: string, maxColumns?: number) {
  const { rows } = await readText(text, { name: 'tasks.jsonl', ...(maxColumns === undefined ? {} : { maxColumns }) });
  return rows.map(({ line, problem }) => (problem === undefined ? null : { ...problem, line }));
}

describe('a line of JSONL', () => {
  it('is a row; keys become columns in order of first appearance', async () => {
    const text = '\n{"id":"T1","name":"a"}\r\n\n  \r\n{"name":"é\\n\\u00e9","due":"x"}\n{}\n{"Name":"b"}';
    for (const chunkBytes of chunkings) {
      const { manifest, rows } = await readText(text, { chunkBytes });
      expect(manifest).toMatchObject({ format: 'jsonl', delimiter: null, columns: ['id', 'name', 'due'] });
      expect(rows).toEqual([
        { number: 1, line: 2, cells: ['T1', 'a'] },
        { number: 2, line: 5, cells: [undefined, 'é\né', 'x'] },
        { number: 3, line: 6, cells: [] },
        { number: 4, line: 7, cells: [undefined, 'b'] },
      ]);
    }
  });

  it('gives the first columns when it is opened', async () => {
    const manifest = await openManifest(sourceOf('{"id":1,"name":"x"}\n', { name: '-' }));
    expect(manifest.columns).toEqual(['id', 'name']);
    await manifest.close();
  });

  it('keeps every digit and every form of a value that is no string', async () => {
    const values = [
      '12345678901234567890',
      '1.50',
      '1e400',
      '-0.0',
      '[1, 2]',
      '{"a": [1.0, "}\\""], "a": 2}',
      'true',
      'false',
    ];
    const text = values.map((value) => `{"before":"x:\\"y\\"}","value" : ${value} ,"after":1}`).join('\n');
    const { manifest, rows } = await readText(text);
    expect(manifest.columns).toEqual(['before', 'value', 'after']);
    expect(rows.map((row) => row.cells[1])).toEqual(values.map((value) => (value === '-0.0' ? '0' : value)));
    expect(rows.every((row) => row.cells[0] === 'x:"y"}' && row.cells[2] === '1')).toBe(true);
  });

  it('gives nothing for null, and whole numbers in plain digits', async () => {
    expect(await readCells('{"a":null,"b":"","c":9007199254740991,"d":1e3,"e":1.0}')).toEqual([
      [undefined, '', '9007199254740991', '1000', '1'],
    ]);
  });

  it('may have __proto__ as a key like any other', async () => {
    const { manifest, rows } = await readText('{"__proto__":"x","constructor":{"a":1},"id":"1"}\n');
    expect(manifest.columns).toEqual(['__proto__', 'constructor', 'id']);
    expect(rows[0]?.cells).toEqual(['x', '{"a":1}', '1']);
  });
});

describe('a line that cannot be used is a problem of its row only', () => {
  it.each([
    ['{"id":"1"', 'INVALID_JSON', ' at character 10'],
    ['{"id":}', 'INVALID_JSON', ' at character 7'],
    ['{"id":"1"} x', 'INVALID_JSON', 'JSON at character 12'],
    ['[1]', 'NOT_AN_OBJECT', 'the line is JSON, but no object'],
    ['null', 'NOT_AN_OBJECT', 'the line is JSON, but no object'],
  ])('%s', async (line, code, reason) => {
    const [first, second, third] = await problemsOf(`{"id":"1"}\n${line}\n{"id":"2"}\n`);
    expect(first).toBeNull();
    expect(second).toMatchObject({ line: 2, column: null, value: line, code });
    expect(second?.reason).toContain(reason);
    expect(third).toBeNull();
  });

  it('when a key is repeated, also in another spelling or as null', async () => {
    const problems = await problemsOf(
      [
        '{"id":"1","id":"2"}',
        '{"id":"1","\\u0069d":"1"}',
        '{"task_id":"1","Task ID":"2"}',
        '{"task_id":null,"taskId":"2"}',
        '{"id":"a:b","note":{"id":"c","note":":"}}',
      ].join('\n'),
    );
    expect(problems.map((problem) => problem?.code ?? null)).toEqual([
      'DUPLICATE_KEY',
      'DUPLICATE_KEY',
      'DUPLICATE_KEY',
      'DUPLICATE_KEY',
      null,
    ]);
    expect(problems.map((problem) => problem?.column)).toEqual(['id', 'id', 'Task ID', 'taskId', undefined]);
  });

  it('when a value or a key hides a control character or half a character behind an escape', async () => {
    const problems = await problemsOf(
      '{"a":"x\\u0000","b":"1"}\n{"a":"\\ud800"}\n{"\\u0007":"1"}\n{"a":"\\t\\n\\u00a0\\ud83d\\ude00"}',
    );
    expect(problems).toMatchObject([
      { column: 'a', code: 'CONTROL_CHARACTER', reason: expect.stringContaining('U+0000') },
      { column: 'a', code: 'CONTROL_CHARACTER', reason: expect.stringContaining('U+D800') },
      { code: 'CONTROL_CHARACTER' },
      null,
    ]);
  });

  it('when a key has no name, or is one too many', async () => {
    const problems = await problemsOf('{"":"1"}\n{"a":"1","b":"2"}\n{"c":"3"}\n{"A":"1"}\n{"b":"1"}', 2);
    expect(problems.map((problem) => problem?.code ?? null)).toEqual([
      'EMPTY_COLUMN_NAME',
      null,
      'TOO_MANY_COLUMNS',
      'TOO_MANY_COLUMNS',
      null,
    ]);
  });
});

describe('JSONL as a whole is refused', () => {
  it('at a raw control character, by its line', async () => {
    for (const chunkBytes of chunkings) {
      const reading = readText('{"a":"1"}\n{"a":"\u009b"}\n', { chunkBytes });
      expect(await refusalOf(reading)).toMatchObject({ code: 'CONTROL_CHARACTER', where: 'tasks.csv:2' });
    }
  });

  it('when it is called so but is something else', async () => {
    const refused = await refusalOf(openManifest(sourceOf('id,name\n', { name: 'tasks.jsonl' })));
    expect(refused).toMatchObject({ code: 'NOT_JSONL', where: 'tasks.jsonl:1' });
  });
});

describe('explainJsonError', () => {
  it.each([
    ['{"a":1,}', 8],
    ['{"a" 1}', 6],
    ['{a:1}', 2],
    ['{"a":tru3}', 9],
    ['{"a":"x\ty"}', 8],
    ['{"a":"\\x"}', 8],
    ['{"a":01}', 7],
    ['{"a":[1 2]}', 9],
    ['', 1],
    [`{"a":"${'long text '.repeat(100)}",b}`, 1009],
  ])('finds the character in %j', (text, position) => {
    expect(explainJsonError(text)?.position).toBe(position);
  });

  it('finds nothing in JSON', () => {
    expect(explainJsonError(' {"a":[]} ')).toBeNull();
  });
});

describe('readMembers', () => {
  it('gives keys and texts as written, in order, repeated ones too', () => {
    expect(readMembers(' { "2" : {"x": "},{\\\\"} , "1":[1,[2]],"\\u0032":"a\\"b" } ')).toEqual([
      { key: '2', text: '{"x": "},{\\\\"}' },
      { key: '1', text: '[1,[2]]' },
      { key: '2', text: '"a\\"b"' },
    ]);
  });

  it('gives none for an empty object', () => {
    expect(readMembers('{ }')).toEqual([]);
  });
});
