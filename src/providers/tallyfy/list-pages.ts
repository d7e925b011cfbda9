/** Tallyfy's lists, page after page. */
import { fail, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { Page } from '../page-scan.js';
import { tallyfyErrors } from './errors.js';

/** Most entries on one page, by the server's cap (tallyfy/cli, pkg/tallyfy/types.go, 2026-07-29). */
export const pageSize = 100;

export interface ListRequest {
  readonly path: readonly string[];
  readonly query: ReadonlyArray<readonly [name: string, value: string]>;
}

/** One page, counted from 1. */
export async function readPage(reader: Reader, list: ListRequest, page: number): Promise<Result<Page<unknown>>> {
  const paging = [
    ['per_page', String(pageSize)],
    ['page', String(page)],
  ] as const;
  const outcome = await reader.read({ method: 'GET', path: list.path, query: [...list.query, ...paging] });
  const result = expectSuccess(outcome, 'read', tallyfyErrors);
  if (!result.ok) return result;
  const { json } = result.value;
  if (!Array.isArray(field(json, 'data'))) {
    return fail(unexpectedAnswer(result.value, 'read', 'Tallyfy', 'it holds no list'));
  }
  // A server that answers another page than was asked for would be read without end.
  const told = textField(field(field(json, 'meta'), 'pagination'), 'current_page');
  if (told !== null && told !== String(page)) {
    return fail(unexpectedAnswer(result.value, 'read', 'Tallyfy', `it is page ${told}, not page ${page}`));
  }
  return succeed({ entries: listField(json, 'data'), isLast: isLastPage(json, page) });
}

/** Yields the entries of each page; a failure is the last thing that it yields. */
export async function* readPages(reader: Reader, list: ListRequest): AsyncGenerator<Result<readonly unknown[]>> {
  for (let page = 1; ; page += 1) {
    const read = await readPage(reader, list, page);
    if (!read.ok) return yield read;
    yield succeed(read.value.entries);
    if (read.value.isLast) return;
  }
}

/** Ends at `total_pages`, or without it at a page that names no next (tallyfy/cli, paginate.go, 2026-07-29). */
function isLastPage(json: unknown, page: number): boolean {
  if (listField(json, 'data').length === 0) return true;
  const pagination = field(field(json, 'meta'), 'pagination');
  const total = Number(textField(pagination, 'total_pages') ?? Number.NaN);
  if (Number.isInteger(total)) return page >= total;
  return textField(field(pagination, 'links'), 'next') === null;
}
