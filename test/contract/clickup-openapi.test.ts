import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { clickup } from '../../src/providers/clickup/provider.js';
import { collectExchanges } from '../providers/clickup/exchanges.js';
import { type Exchange, OpenApiDocument } from './openapi-document.js';

/** Where ClickUp's published documents are; they are not part of this package. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.env.CLICKUP_OPENAPI_DIR ?? join(root, '../shared/apis');
const files = { v2: join(folder, 'clickup-openapi-v2.json'), v3: join(folder, 'clickup-openapi-v3.json') };
const areThere = existsSync(files.v2) && existsSync(files.v3);

const live = 'live answers have objects here; the document says text (reports of live reads)';
const empty = 'empty where nothing is set; the document declares no null';
const itself = 'the document contradicts its own example';

/** What deliberately does not fit the documents, with the reason. An entry that nothing needs any more fails the test. */
const deviations: ReadonlyArray<readonly [misfit: RegExp, reason: string]> = [
  [
    /^PUT \/v2\/task\/\{task_id\} body (priority|due_date|start_date|time_estimate|points): .*received null$/,
    'null clears these, as clients send it, though the document declares none; the answer is compared',
  ],
  [/^DELETE \/v2\/task\/\{task_id\} answer : /, 'the document prints {} for a 204, which has no body'],
  [/ answer (tasks\.\*\.)?(assignees|watchers|tags)\.\*: .*expected string, received object$/, live],
  [/ answer tasks\.\*\.priority: .*expected number, received object$/, 'an object in live answers, as in other routes'],
  [/ answer (tasks\.\*\.)?time_estimate: /, 'a number or null in live answers; the document says text, or no null'],
  [/ answer tasks\.\*\.(date_closed|due_date|start_date|parent|points|priority): .*received null$/, empty],
  [/ answer comments\.\*\.(assignee|assigned_by): .*received null$/, empty],
  [/^GET \/v2\/list\/\{list_id\} answer (due_date|priority|status): .*received null$/, empty],
  [/^POST \/v2\/task\/\{task_id\}\/comment answer id: /, 'a number in live answers; the document says text'],
  [/ answer \S*(profilePicture|avatar|color): .*received null$/, 'null for people and places without one'],
  [/ answer (lists\.\*\.)?task_count: /, `a number; ${itself}`],
  [/^GET \/v2\/space\/\{space_id\}\/folder answer folders: .*received array$/, `a list; ${itself}`],
  [/ answer 40[14]: is not declared$/, 'the document declares few refusals; codes and shapes follow live answers'],
];

describe.skipIf(!areThere)(
  "ClickUp's published documents (skipped where CLICKUP_OPENAPI_DIR does not hold them)",
  () => {
    let exchanges: readonly Exchange[] = [];
    let described: ReadonlyArray<{ exchange: Exchange; misfits: readonly string[] | null }> = [];

    beforeAll(async () => {
      const documents = [
        new OpenApiDocument(readFileSync(files.v2, 'utf8'), ''),
        new OpenApiDocument(readFileSync(files.v3, 'utf8'), '/api'),
      ];
      const collected = await collectExchanges();
      exchanges = collected.exchanges;
      expect(collected.operations).toEqual(new Set(clickup.operations.map(({ name }) => name)));
      described = exchanges.map((exchange) => {
        const found = documents.map((document) => document.check(exchange)).find((misfits) => misfits !== null);
        return { exchange, misfits: found ?? null };
      });
    });

    test('describe every request that is sent', () => {
      const unknown = described.filter(({ misfits }) => misfits === null);
      expect(unknown.map(({ exchange: { request } }) => `${request.method} ${request.path.join('/')}`)).toEqual([]);
      expect(exchanges.length).toBeGreaterThan(100);
    });

    test('fit what is sent and what the sandbox answers, but for the deviations that are listed with their reasons', () => {
      const misfits = new Set(described.flatMap((one) => one.misfits ?? []));
      expect([...misfits].filter((misfit) => !deviations.some(([pattern]) => pattern.test(misfit))).sort()).toEqual([]);
      const unused = deviations.filter(([pattern]) => ![...misfits].some((misfit) => pattern.test(misfit)));
      expect(unused.map(([pattern]) => String(pattern))).toEqual([]);
      for (const [, reason] of deviations) expect(reason.length).toBeGreaterThan(20);
    });

    test('refuse a request that is wrong', () => {
      const document = new OpenApiDocument(readFileSync(files.v2, 'utf8'), '');
      const answer = { kind: 'answer', status: 200, headers: {}, json: {}, text: '', requestId: null } as const;
      const check = (request: Exchange['request']) => document.check({ request, answer });
      const path = ['v2', 'task', '9hx'];
      expect(check({ method: 'PUT', path, body: { assignees: [1] } })?.join()).toContain('body assignees');
      expect(check({ method: 'PUT', path, body: { list_id: '1' } })).toContain(
        'PUT /v2/task/{task_id} body list_id: is not declared',
      );
      expect(check({ method: 'GET', path, query: [['limit', '5']] })?.join()).toContain('query limit: is not declared');
      expect(check({ method: 'GET', path: ['v2', 'list', 'x', 'task'], query: [['statuses', 'a']] })?.join()).toMatch(
        /path list_id.*statuses/,
      );
      expect(check({ method: 'GET', path: ['v2', 'nowhere'] })).toBeNull();
    });
  },
);
