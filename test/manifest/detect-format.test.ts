import { describe, expect, it } from 'vitest';
import { ManifestError } from '../../src/errors.js';
import { detectFormat, sniffDelimiter } from '../../src/manifest/detect-format.js';

describe('detectFormat', () => {
  it.each([
    ['tasks.jsonl', '{"id":1}\n', 'jsonl'],
    ['tasks.ndjson.gz', '\n {"id":1}\n', 'jsonl'],
    ['-', '{"id":1}\n', 'jsonl'],
    ['-', '{"id":1,\n', 'jsonl'],
    ['tasks.csv', '{"id":1}\n', 'jsonl'],
    ['tasks.csv', '{id},name\n', 'csv'],
    ['tasks.TSV.gz', '{id}\tname\n', 'csv'],
    ['-', 'id,name\n', 'csv'],
    ['tasks.csv', '[test] id,name\n', 'csv'],
    ['tasks.txt', 'id,name\n', 'csv'],
    ['tasks.jsonl', '', 'csv'],
  ])('%s that begins with %j is %3$s', (name, beginning, format) => {
    expect(detectFormat(name, beginning)).toBe(format);
  });

  it.each([
    ['tasks.json', '[\n{"id":1}]', 'JSON_ARRAY', 'tasks.json:1'],
    ['tasks.csv', '\n [ {"id":1}]', 'JSON_ARRAY', 'tasks.csv:2'],
    ['tasks.jsonl', '["a"]\n', 'JSON_ARRAY', 'tasks.jsonl:1'],
    ['tasks.jsonl', '\r\n\nid,name\n', 'NOT_JSONL', 'tasks.jsonl:3'],
    ['tasks.jsonl.gz', '"id"\n', 'NOT_JSONL', 'tasks.jsonl.gz:1'],
  ])('%s that begins with %j is refused as %s', (name, beginning, code, where) => {
    const detect = () => detectFormat(name, beginning);
    expect(detect).toThrow(ManifestError);
    expect(detect).toThrow(expect.objectContaining({ code, where }));
  });
});

describe('sniffDelimiter', () => {
  it.each([
    ['a;b,c;d\n1,2,3,4\n', ';', true],
    ['"a,b,c";"d,""e,f"\n', ';', true],
    ['\r\n\na|b\r', '|', true],
    ['a,b\tc\n', '\t', true],
    ['size 5" x,y;z;w\n', ';', true],
    ['a,b', ',', false],
    ['"a\nb";c', ';', false],
    ['"a;b\n', ',', false],
    ['', ',', false],
  ])('%j is divided by %j; known to its end: %s', (beginning, delimiter, complete) => {
    expect(sniffDelimiter(Buffer.from(beginning))).toEqual({ delimiter, complete });
  });
});
