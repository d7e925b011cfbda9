/** The stored form of a {@link TargetView}: what is empty is left out, and comes back when it is read. */
import * as z from 'zod/mini';
import type { JsonObject, JsonValue } from '../json.js';
import type { TargetView } from './target.js';

const optionalText = z._default(z.nullable(z.string()), null);
const jsonValue: z.ZodMiniType<JsonValue> = z.json();

export const targetViewSchema = z.object({
  id: z.string(),
  customId: optionalText,
  title: z.string(),
  status: optionalText,
  completed: z._default(z.boolean(), false),
  archived: z._default(z.boolean(), false),
  url: optionalText,
  place: optionalText,
  placeId: optionalText,
  list: optionalText,
  folder: optionalText,
  space: optionalText,
  run: optionalText,
  project: optionalText,
  assignees: z._default(z.array(z.string()), []),
  followers: z._default(z.array(z.string()), []),
  traces: z._default(
    z.partial(
      z.object({
        comments: z.number(),
        trackedMs: z.number(),
        files: z.number(),
        subtasks: z.number(),
        openSubtasks: z.number(),
        webhooks: z.number(),
      }),
    ),
    {},
  ),
  partOf: z._default(z.array(z.string()), []),
  tags: z._default(z.array(z.string()), []),
  created: optionalText,
  updated: optionalText,
  due: optionalText,
  extra: z._default(z.record(z.string(), jsonValue), {}),
}) satisfies z.ZodMiniType<TargetView, unknown>;

/** What many targets of one place have in common. */
const sharedFields: ReadonlySet<string> = new Set([
  ...['status', 'completed', 'archived', 'place', 'placeId', 'list', 'folder', 'space', 'run', 'project'],
  ...['assignees', 'followers', 'partOf', 'tags', 'extra'],
]);

/** A provider's own facts are few words, alike for many, or long and different for each. */
const longestShared = 400;

/**
 * The view without its nulls, falses and empty lists, as the JSON texts of two objects without a field in common: what
 * it probably shares with others, and the rest.
 */
export function splitTargetView(view: TargetView): { shared: string; own: string } {
  const part = (isWanted: (field: string) => boolean): string =>
    pack(Object.fromEntries(Object.entries(view).filter(([field]) => isWanted(field))));
  const shared = part((field) => sharedFields.has(field));
  if (shared.length > longestShared) return { shared: '{}', own: pack(view) };
  return { shared, own: part((field) => !sharedFields.has(field)) };
}

function pack(view: object): string {
  return JSON.stringify(view, (key, value: unknown) => (key !== '' && isEmpty(value) ? undefined : value));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

/** A provider's own facts about a target, from its `extra`. */
export function extraText(extra: JsonObject, key: string): string | null {
  const value = extra[key];
  return typeof value === 'string' ? value : null;
}
