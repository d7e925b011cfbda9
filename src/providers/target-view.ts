/** The stored form of a {@link TargetView}: what is empty is left out, and comes back when it is read. */
import * as z from 'zod/mini';
import { isObject, type JsonObject, type JsonValue } from '../json.js';
import type { TargetView } from './target.js';

/** Members of a kind share what reads them: to make a schema takes longer than to read a view with it. */
function makeSchema() {
  const text = z.string();
  const optionalText = z._default(z.nullable(text), null);
  const texts = z._default(z.array(text), []);
  const flag = z._default(z.boolean(), false);
  const number = z.number();
  const jsonValue: z.ZodMiniType<JsonValue> = z.json();

  return z.object({
    id: text,
    customId: optionalText,
    title: text,
    status: optionalText,
    completed: flag,
    archived: flag,
    url: optionalText,
    place: optionalText,
    placeId: optionalText,
    list: optionalText,
    otherLists: texts,
    folder: optionalText,
    space: optionalText,
    run: optionalText,
    project: optionalText,
    assignees: texts,
    followers: texts,
    traces: z._default(
      z.partial(
        z.object({
          comments: number,
          trackedMs: number,
          files: number,
          subtasks: number,
          openSubtasks: number,
          webhooks: number,
        }),
      ),
      {},
    ),
    partOf: texts,
    tags: texts,
    created: optionalText,
    updated: optionalText,
    due: optionalText,
    extra: z._default(z.record(text, jsonValue), {}),
  }) satisfies z.ZodMiniType<TargetView, unknown>;
}

let schema: ReturnType<typeof makeSchema> | null = null;

/** The view that is stored; its schema is made at the first, because a look at a run as a whole reads none. */
export function parseTargetView(stored: unknown): TargetView {
  schema ??= makeSchema();
  return schema.parse(stored);
}

/** Longer texts are contents, which are different for each. */
const longestSharedText = 80;

/**
 * The view without its nulls, falses and empty lists, as the JSON texts of two objects without a field in common: what
 * it probably shares with others, but for its id, its title and its times, and the rest.
 * @param isOwn whether a field belongs to the rest whatever it holds.
 */
export function splitTargetView(
  view: TargetView,
  isOwn: (field: string) => boolean,
): { readonly shared: string; readonly own: string } {
  const shared: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(view)) {
    if (isEmpty(value)) continue;
    const part = isOwn(field) || !isAlike(field, view) ? own : shared;
    part[field] = typeof value === 'object' ? filled(value) : value;
  }
  return { shared: JSON.stringify(shared), own: JSON.stringify(own) };
}

/** The same as one text. */
export function packTargetView(view: TargetView): string {
  return JSON.stringify(filled(view));
}

function isAlike(field: string, view: TargetView): boolean {
  switch (field) {
    case 'customId':
      return false;
    case 'url':
      return view.url?.endsWith(`/${view.id}`) === true;
    case 'traces':
      return Object.values(view.traces).every((count) => !count);
    case 'extra':
      return Object.values(view.extra).every(isShort);
    default:
      return true;
  }
}

function isShort(value: JsonValue): boolean {
  if (typeof value === 'string') return value.length <= longestSharedText;
  return value === null || typeof value !== 'object' || Object.values(value).every(isShort);
}

/** Without members that are empty. A function of JSON.stringify's would take several times as long. */
function filled(value: object): object {
  if (Array.isArray(value)) return value.map((one: unknown) => (isObject(one) ? filled(one) : one));
  const members = Object.entries(value).filter(([, member]) => !isEmpty(member));
  for (const member of members) if (typeof member[1] === 'object') member[1] = filled(member[1]);
  return Object.fromEntries(members);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

/** A provider's own facts about a target, from its `extra`. */
export function extraText(extra: JsonObject, key: string): string | null {
  const value = extra[key];
  return typeof value === 'string' ? value : null;
}
