import type { JsonValue, SandboxAnswer, SandboxRequest } from '../service.js';
import { invalid } from './answers.js';
import type { Call } from './call.js';
import type { TallyfySettings } from './settings.js';

const DEFAULT_PER_PAGE = 10;
const MAX_PER_PAGE = 100;

/** One page's data and its `meta.pagination`; `meta` is undefined when paging was switched off by the request. */
export interface Page {
  readonly data: readonly JsonValue[];
  readonly pagination: { readonly [key: string]: JsonValue } | undefined;
}

/** Cuts the page that the request asks for out of `items` and presents only its items. */
export function cutPage<T>(call: Call, items: readonly T[], present: (item: T) => JsonValue): Page | SandboxAnswer {
  const { query } = call.request;
  if (query.get('without_pagination') === 'true') return { data: items.map(present), pagination: undefined };
  const asked = readPositive(query.get('per_page')) ?? DEFAULT_PER_PAGE;
  if (asked > MAX_PER_PAGE && call.settings.perPageAboveMaximum === 'refuse') {
    return invalid(new Map([['per_page', [`The per page may not be greater than ${MAX_PER_PAGE}.`]]]));
  }
  const perPage = Math.min(asked, MAX_PER_PAGE);
  const page = readPositive(query.get('page')) ?? 1;
  const totalPages = Math.max(1, Math.ceil(items.length / perPage));
  const data = items.slice((page - 1) * perPage, page * perPage).map(present);
  const links = presentLinks(call.request, call.settings.paginationLinks, page, totalPages);
  const pagination = {
    total: items.length,
    count: data.length,
    per_page: perPage,
    current_page: page,
    total_pages: totalPages,
    ...(links === undefined ? {} : { links }),
  };
  return { data, pagination };
}

/** The answer of a list: `{data, meta: {pagination}}`; `extra` is added to the pagination. */
export function answerList<T>(
  call: Call,
  items: readonly T[],
  present: (item: T) => JsonValue,
  extra: { readonly [key: string]: JsonValue } = {},
): SandboxAnswer {
  const page = cutPage(call, items, present);
  if ('status' in page) return page;
  const { data, pagination } = page;
  if (pagination === undefined) return { status: 200, body: { data } };
  return { status: 200, body: { data, meta: { pagination: { ...pagination, ...extra } } } };
}

function readPositive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function presentLinks(
  request: SandboxRequest,
  shape: TallyfySettings['paginationLinks'],
  page: number,
  totalPages: number,
): JsonValue | undefined {
  if (shape === 'absent') return undefined;
  if (shape === 'null') return null;
  if (shape === 'empty') return [];
  const previous = page > 1 ? linkTo(request, page - 1) : null;
  const next = page < totalPages ? linkTo(request, page + 1) : null;
  if (shape === 'object') return { previous, next };
  if (previous === null && next === null) return [];
  return { ...(previous === null ? {} : { previous }), ...(next === null ? {} : { next }) };
}

function linkTo(request: SandboxRequest, page: number): string {
  const query = new URLSearchParams(request.query);
  query.set('page', String(page));
  const path = request.path.map(encodeURIComponent).join('/');
  return `http://${request.headers.host ?? 'localhost'}/tallyfy/api/${path}?${query}`;
}
