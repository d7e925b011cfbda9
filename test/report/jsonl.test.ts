import { expect, test } from 'vitest';
import { jsonl } from '../../src/report/jsonl.js';
import { contextOf, rowOf, writeText } from './kit.js';

test('each row is one object: own columns as text, then the fields with their types', async () => {
  const text = await writeText(jsonl, [rowOf({ cells: ['86abc', null, '5'] })], contextOf('Task ID', 'note', 'n'));
  expect(text).toBe(
    '{"Task ID":"86abc","note":null,"n":"5","_row":1,"_line":2,"_provider":"clickup","_operation":"delete",' +
      '"_target":"86abc","_state":"succeeded","_outcome":"done","_http_status":200,"_error_type":null,' +
      '"_error_code":null,"_message":null,"_suggested_action":null,"_attempts":1,"_requests":2,' +
      '"_started_at":"2026-11-22T05:30:00.000Z","_finished_at":"2026-11-22T05:30:00.312Z","_duration_ms":312,' +
      '"_request_id":"req-1","_url":"https://app.clickup.com/t/86abc"}\n',
  );
});

test('columns keep their order, whatever they are called', async () => {
  const columns = ['b', '2', '1', 'constructor', 'say "hi"\n'];
  const text = await writeText(jsonl, [rowOf({ cells: ['v', 'w', 'x', 'y', '=z'] })], contextOf(...columns));
  expect(text).toMatch(/^\{"b":"v","2":"w","1":"x","constructor":"y","say \\"hi\\"\\n":"=z","_row":1,/);
});

test('columns that begin with _ are left out', async () => {
  const text = await writeText(jsonl, [rowOf({ cells: ['x', 'y', 'z'] })], contextOf('__proto__', '_row', 'id'));
  expect(text).toMatch(/^\{"id":"z","_row":1,/);
});

test('every row has its line, also beyond one piece', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => rowOf({ number: index + 1 }));
  const lines = (await writeText(jsonl, rows, contextOf('id'))).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line)._row)).toEqual(rows.map((row) => row.number));
});

test('no rows give no text', async () => {
  expect(await writeText(jsonl, [], contextOf('id'))).toBe('');
});
